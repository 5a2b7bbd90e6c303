// Spawn, run, end: one goroutine starts N that each send one message back; until all are in.
// Arguments: N.
package main

import (
	"fmt"
	"os"
	"strconv"
	"time"
)

func main() {
	n := argument(1, 1_000_000)
	run(n / 10)
	start := time.Now()
	run(n)
	fmt.Printf("spawn_exit/spawn_run_end %.4f ns\n", float64(time.Since(start).Nanoseconds())/float64(n))
}

func run(n int) {
	// Room for every message: no sender has to wait for the reader, as with a mailbox.
	back := make(chan int, n)
	for i := 0; i < n; i++ {
		go send(back)
	}
	sum := 0
	for i := 0; i < n; i++ {
		sum += <-back
	}
	if sum != n {
		panic("lost some")
	}
}

func send(back chan<- int) { back <- 1 }

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
