// Alive: N goroutines started and blocked in receive: time and resident memory for each;
// then one message to each and one answer from each. No warm-up: memory must grow from nothing.
// Arguments: N.
package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

var waiting atomic.Int64

func main() {
	n := argument(1, 1_000_000)
	all := make([]chan int, n)
	answers := make(chan int, n)
	for i := range all { // Touched now: what follows is the memory of the goroutines and their channels.
		all[i] = answers
	}

	before := residentBytes()
	start := time.Now()
	for i := range all {
		// Unbuffered: the receiver is always waiting when the message comes, so the sender never does.
		all[i] = make(chan int)
		go answer(all[i], answers)
	}
	for waiting.Load() != int64(n) {
		runtime.Gosched()
	}
	spawned := time.Since(start)
	after := residentBytes()

	start = time.Now()
	for i, c := range all {
		c <- i
	}
	sum := 0
	for range all {
		sum += <-answers
	}
	answered := time.Since(start)
	if sum != n*(n-1)/2 {
		panic("lost some")
	}

	fmt.Printf("alive/spawn %.4f ns\n", float64(spawned.Nanoseconds())/float64(n))
	fmt.Printf("alive/bytes %.4f B\n", float64(after-before)/float64(n))
	fmt.Printf("alive/answer %.4f ns\n", float64(answered.Nanoseconds())/float64(n))
}

func answer(mailbox <-chan int, answers chan<- int) {
	waiting.Add(1)
	answers <- <-mailbox
}

func residentBytes() int {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		panic(err)
	}
	pages, err := strconv.Atoi(strings.Fields(string(text))[1])
	if err != nil {
		panic(err)
	}
	return pages * os.Getpagesize()
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
