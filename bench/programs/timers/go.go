// Timers. Fire: ARMED timers with 1, 2, 3 or 4 ms run at a time, and one goroutine reads their messages and sets
// another for each, until N have fired; time for each. Setting and reading ARMED takes longer than they run: some are always
// due, and nobody waits for time to pass but at the very end, 4 ms at most.
// Cancel: while ARMED timers run that will not fire, one goroutine sets one more and cancels it; time for both.
// Arguments: N ARMED.
package main

import (
	"fmt"
	"os"
	"strconv"
	"time"
)

func main() {
	n, armed := argument(1, 1_000_000), argument(2, 100_000)
	// Room for every message: no timer has to wait for the reader, as with a mailbox.
	in := make(chan int, armed)
	setAndFire(in, 2*armed, armed)
	start := time.Now()
	setAndFire(in, n, armed)
	fmt.Printf("timers/fire %.4f ns\n", float64(time.Since(start).Nanoseconds())/float64(n))

	for i := 0; i < armed; i++ {
		set(in, time.Hour+time.Duration(i)*time.Millisecond, i)
	}
	setAndCancel(in, n/10)
	start = time.Now()
	setAndCancel(in, n)
	fmt.Printf("timers/cancel %.4f ns\n", float64(time.Since(start).Nanoseconds())/float64(n))
}

func set(in chan<- int, after time.Duration, i int) *time.Timer {
	return time.AfterFunc(after, func() { in <- i })
}

func spread(i int) time.Duration { return time.Duration(1+i%4) * time.Millisecond }

func setAndFire(in chan int, n, armed int) {
	for i := 0; i < armed; i++ {
		set(in, spread(i), i)
	}
	sum := 0
	for i := armed; i < n; i++ {
		sum += <-in
		set(in, spread(i), i)
	}
	for i := 0; i < armed; i++ {
		sum += <-in
	}
	if sum != n*(n-1)/2 {
		panic("lost some")
	}
}

func setAndCancel(in chan<- int, n int) {
	for i := 0; i < n; i++ {
		if !set(in, 5*time.Second, i).Stop() {
			panic("fired")
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
