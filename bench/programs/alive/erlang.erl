%% Alive: N processes spawned and blocked in receive: time and resident memory for each;
%% then one message to each and one answer from each. No warm-up: memory must grow from nothing.
%% Arguments: N.
-module(bench_alive).
-export([main/0]).

main() -> bench_support:run(fun bench/0, [{message_queue_data, off_heap}]).

bench() ->
    [N] = bench_support:arguments([1000000]),
    Main = self(),
    Fun = fun() -> receive Number -> Main ! Number end end,

    Before = bench_support:resident_bytes(),
    Start = bench_support:now(),
    Pids = spawn_all(N, Fun, []),
    wait_until_all_wait(),
    Spawned = bench_support:now(),
    After = bench_support:resident_bytes(),

    Asked = bench_support:now(),
    Sum = ask(Pids, 0, 0),
    Sum = collect(N, 0),
    Answered = bench_support:now(),

    bench_support:print("alive/spawn", (Spawned - Start) / N, "ns"),
    bench_support:print("alive/bytes", (After - Before) / N, "B"),
    bench_support:print("alive/answer", (Answered - Asked) / N, "ns").

spawn_all(0, _, Pids) -> Pids;
spawn_all(N, Fun, Pids) -> spawn_all(N - 1, Fun, [spawn(Fun) | Pids]).

%% No task but this process is running or ready: all others have reached their receive.
wait_until_all_wait() ->
    case erlang:statistics(total_active_tasks) of
        Tasks when Tasks =< 1 -> ok;
        _ -> erlang:yield(), wait_until_all_wait()
    end.

%% Numbers the processes and returns the sum of what was sent.
ask([], _, Sum) -> Sum;
ask([Pid | Rest], Number, Sum) -> Pid ! Number, ask(Rest, Number + 1, Sum + Number).

collect(0, Sum) -> Sum;
collect(N, Sum) -> receive Number -> collect(N - 1, Sum + Number) end.
