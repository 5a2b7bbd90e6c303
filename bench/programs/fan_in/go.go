// Fan-in: SENDERS goroutines send EACH messages to one; time per message, over REPEATS such runs.
// Arguments: SENDERS EACH REPEATS.
package main

import (
	"fmt"
	"os"
	"strconv"
	"time"
)

func main() {
	senders, each, repeats := argument(1, 100), argument(2, 10_000), argument(3, 10)
	run(senders, each)
	start := time.Now()
	for i := 0; i < repeats; i++ {
		run(senders, each)
	}
	fmt.Printf("fan_in/message %.4f ns\n", float64(time.Since(start).Nanoseconds())/float64(senders*each*repeats))
}

func run(senders, each int) {
	in := make(chan int, 1024)
	for i := 0; i < senders; i++ {
		go func() {
			for n := 1; n <= each; n++ {
				in <- n
			}
		}()
	}
	sum := 0
	for i := 0; i < senders*each; i++ {
		sum += <-in
	}
	if sum != senders*each*(each+1)/2 {
		panic("lost some")
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
