%% Latency, idle machine: CLIENTS processes, each with REQUESTS requests to one server process, due every PERIOD
%% milliseconds on a fixed timetable; from the time due to the answer, so a late start counts.
%% Arguments: CLIENTS REQUESTS PERIOD.
-module(bench_latency_idle).
-export([main/0]).

main() -> bench_support:run(fun bench/0).

bench() ->
    [Clients, Requests, Period] = bench_support:arguments([100, 20, 200]),
    Main = self(),
    Server = spawn_link(fun server/0),
    %% Timers count whole milliseconds of this clock, so the timetable does too.
    First = erlang:monotonic_time(millisecond) + 100,
    [spawn_link(fun() -> client(Main, Server, First + I * Period div Clients, Period, Requests, []) end)
     || I <- lists:seq(0, Clients - 1)],
    Sorted = list_to_tuple(lists:sort(lists:append([receive {late, Late} -> Late end || _ <- lists:seq(1, Clients)]))),
    Count = tuple_size(Sorted),
    bench_support:print("latency_idle/p50", element(Count div 2 + 1, Sorted) / 1000, "us"),
    bench_support:print("latency_idle/p99", element(Count * 99 div 100 + 1, Sorted) / 1000, "us").

server() ->
    receive {From, N} -> From ! {self(), N} end,
    server().

client(Main, _, _, _, 0, Late) -> Main ! {late, Late};
client(Main, Server, Due, Period, N, Late) ->
    Timer = erlang:start_timer(Due, self(), due, [{abs, true}]),
    receive {timeout, Timer, due} -> ok end,
    Server ! {self(), N},
    receive {Server, N} -> ok end,
    client(Main, Server, Due + Period, Period, N - 1, [bench_support:now() - Due * 1000000 | Late]).
