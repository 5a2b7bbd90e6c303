// Big: PEERS goroutines; each pings a random other one ROUNDS times and answers the pings of others meanwhile;
// time per ping-pong.
// Arguments: PEERS ROUNDS.
package main

import (
	"fmt"
	"os"
	"strconv"
	"time"
)

// A ping says who wants the answer; a pong says nobody.
type message struct{ from chan message }

func main() {
	peers, rounds := argument(1, 512), argument(2, 2000)
	run(peers, rounds/10)
	time := run(peers, rounds)
	fmt.Printf("big/ping_pong %.4f ns\n", float64(time.Nanoseconds())/float64(peers*rounds))
}

func run(peers, rounds int) time.Duration {
	all := make([]chan message, peers)
	for i := range all {
		// Every other peer has at most one ping on its way, so nobody ever waits to send.
		all[i] = make(chan message, peers)
	}
	ready, begin, done := make(chan struct{}), make(chan struct{}), make(chan struct{}, peers)
	for i := range all {
		go peer(all, i, rounds, ready, begin, done)
	}
	for range all {
		<-ready
	}
	start := time.Now()
	close(begin)
	for range all {
		<-done
	}
	elapsed := time.Since(start)
	for _, mailbox := range all {
		close(mailbox)
	}
	return elapsed
}

func peer(all []chan message, i, rounds int, ready chan<- struct{}, begin <-chan struct{}, done chan<- struct{}) {
	mailbox := all[i]
	random := uint32(i)*2654435761 + 1
	ready <- struct{}{}
	<-begin
	for ; rounds > 0; rounds-- {
		random ^= random << 13
		random ^= random >> 17
		random ^= random << 5
		// 1 to len(all) - 1 places further on, so never itself.
		other := (i + 1 + int(random)%(len(all)-1)) % len(all)
		all[other] <- message{mailbox}
		for {
			m := <-mailbox
			if m.from == nil {
				break
			}
			m.from <- message{}
		}
	}
	done <- struct{}{}
	for m := range mailbox {
		m.from <- message{}
	}
}

func argument(index, otherwise int) int {
	if len(os.Args) <= index {
		return otherwise
	}
	value, err := strconv.Atoi(os.Args[index])
	if err != nil {
		panic(err)
	}
	return value
}
