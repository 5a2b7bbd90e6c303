// Latency, idle machine: CLIENTS goroutines, each with REQUESTS requests to one server goroutine, due every PERIOD
// milliseconds on a fixed timetable; from the time due to the answer, so a late start counts.
// Arguments: CLIENTS REQUESTS PERIOD.
package main

import (
	"fmt"
	"os"
	"sort"
	"strconv"
	"time"
)

type request struct {
	number int
	answer chan<- int
}

func main() {
	clients, requests := argument(1, 100), argument(2, 20)
	period := time.Duration(argument(3, 200)) * time.Millisecond
	server := make(chan request)
	go serve(server)

	results := make(chan []time.Duration, clients)
	first := time.Now().Add(100 * time.Millisecond)
	for i := 0; i < clients; i++ {
		go client(server, results, first.Add(time.Duration(i)*period/time.Duration(clients)), period, requests)
	}
	var all []time.Duration
	for i := 0; i < clients; i++ {
		all = append(all, <-results...)
	}
	sort.Slice(all, func(i, j int) bool { return all[i] < all[j] })
	fmt.Printf("latency_idle/p50 %.4f us\n", float64(all[len(all)/2].Nanoseconds())/1000)
	fmt.Printf("latency_idle/p99 %.4f us\n", float64(all[len(all)*99/100].Nanoseconds())/1000)
}

func serve(in <-chan request) {
	for r := range in {
		r.answer <- r.number
	}
}

func client(server chan<- request, results chan<- []time.Duration, due time.Time, period time.Duration, requests int) {
	late := make([]time.Duration, 0, requests)
	answer := make(chan int)
	for i := 0; i < requests; i++ {
		time.Sleep(time.Until(due))
		server <- request{i, answer}
		if <-answer != i {
			panic("wrong answer")
		}
		late = append(late, time.Since(due))
		due = due.Add(period)
	}
	results <- late
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
