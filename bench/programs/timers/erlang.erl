%% Timers. Fire: ARMED timers with 1, 2, 3 or 4 ms run at a time, and one process reads their messages and sets
%% another for each, until N have fired; time for each. Setting and reading ARMED takes longer than they run: some are always
%% due, and nobody waits for time to pass but at the very end, 4 ms at most.
%% Cancel: while ARMED timers run that will not fire, one process sets one more and cancels it; time for both.
%% Arguments: N ARMED.
-module(bench_timers).
-export([main/0]).

main() -> bench_support:run(fun bench/0, [{message_queue_data, off_heap}]).

bench() ->
    [N, Armed] = bench_support:arguments([1000000, 100000]),
    set_and_fire(2 * Armed, Armed),
    Firing = bench_support:now(),
    set_and_fire(N, Armed),
    bench_support:print("timers/fire", (bench_support:now() - Firing) / N, "ns"),

    set_all(0, Armed, fun(I) -> erlang:send_after(3600000 + I, self(), I) end),
    set_and_cancel(N div 10),
    Cancelling = bench_support:now(),
    set_and_cancel(N),
    bench_support:print("timers/cancel", (bench_support:now() - Cancelling) / N, "ns").

set_all(N, N, _) -> ok;
set_all(I, N, Set) -> Set(I), set_all(I + 1, N, Set).

set(I) -> erlang:send_after(1 + I rem 4, self(), I).

set_and_fire(N, Armed) ->
    set_all(0, Armed, fun set/1),
    Sum = read_and_set(Armed, N, 0),
    Sum2 = N * (N - 1) div 2,
    Sum2 = read(Armed, Sum).

read_and_set(N, N, Sum) -> Sum;
read_and_set(I, N, Sum) ->
    receive Number -> set(I), read_and_set(I + 1, N, Sum + Number) end.

read(0, Sum) -> Sum;
read(N, Sum) -> receive Number -> read(N - 1, Sum + Number) end.

set_and_cancel(0) -> ok;
set_and_cancel(N) ->
    Left = erlang:cancel_timer(erlang:send_after(5000, self(), N)),
    true = is_integer(Left),
    set_and_cancel(N - 1).
