// Ping-pong: two goroutines send one number to and fro; time per round trip.
// Arguments: ROUNDS.
package main

import (
	"fmt"
	"os"
	"strconv"
	"time"
)

func main() {
	rounds := argument(1, 5_000_000)
	// Unbuffered: a send to a waiting goroutine is handed over without the channel's buffer in between.
	pings, pongs := make(chan int), make(chan int)
	go answer(pings, pongs)
	play(pings, pongs, rounds/10)
	start := time.Now()
	play(pings, pongs, rounds)
	fmt.Printf("ping_pong/round_trip %.4f ns\n", float64(time.Since(start).Nanoseconds())/float64(rounds))
}

func play(pings chan<- int, pongs <-chan int, rounds int) {
	for i := 0; i < rounds; i++ {
		pings <- i
		if <-pongs != i {
			panic("wrong answer")
		}
	}
}

func answer(pings <-chan int, pongs chan<- int) {
	for n := range pings {
		pongs <- n
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
