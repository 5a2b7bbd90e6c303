// Ring: one token goes round FORWARDERS goroutines; time per hop.
// Arguments: HOPS FORWARDERS.
package main

import (
	"fmt"
	"os"
	"strconv"
	"time"
)

func main() {
	hops, forwarders := argument(1, 5_000_000), argument(2, 1000)
	first, done := make(chan int), make(chan struct{})
	in := first
	for i := 1; i < forwarders; i++ {
		out := make(chan int)
		go forward(in, out, done)
		in = out
	}
	go forward(in, first, done)

	goRound(first, done, hops/10)
	start := time.Now()
	goRound(first, done, hops)
	fmt.Printf("ring/hop %.4f ns\n", float64(time.Since(start).Nanoseconds())/float64(hops))
}

func goRound(first chan<- int, done <-chan struct{}, hops int) {
	first <- hops
	<-done
}

func forward(in <-chan int, out chan<- int, done chan<- struct{}) {
	for left := range in {
		if left == 0 {
			done <- struct{}{}
		} else {
			out <- left - 1
		}
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
