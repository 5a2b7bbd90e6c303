// Skynet: each goroutine starts 10 children, down to LEAVES leaves, and sums what they report;
// seconds for a whole tree, the mean of REPEATS.
// Arguments: LEAVES (a power of ten) REPEATS.
package main

import (
	"fmt"
	"os"
	"strconv"
	"time"
)

func main() {
	leaves, repeats := argument(1, 1_000_000), argument(2, 3)
	tree(leaves / 10)
	start := time.Now()
	for i := 0; i < repeats; i++ {
		if tree(leaves) != leaves*(leaves-1)/2 {
			panic("wrong sum")
		}
	}
	fmt.Printf("skynet/time %.4f s\n", time.Since(start).Seconds()/float64(repeats))
}

func tree(leaves int) int {
	result := make(chan int, 1)
	go node(result, 0, leaves)
	return <-result
}

func node(parent chan<- int, number, leaves int) {
	if leaves == 1 {
		parent <- number
		return
	}
	// Room for all: a child ends at once instead of waiting to be read.
	parts := make(chan int, 10)
	for i := 0; i < 10; i++ {
		go node(parts, number+i*(leaves/10), leaves/10)
	}
	sum := 0
	for i := 0; i < 10; i++ {
		sum += <-parts
	}
	parent <- sum
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
