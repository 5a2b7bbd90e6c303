%% Spawn, run, end: one process spawns N that each send one message back; until all are in.
%% Arguments: N.
-module(bench_spawn_exit).
-export([main/0]).

main() -> bench_support:run(fun bench/0, [{message_queue_data, off_heap}]).

bench() ->
    [N] = bench_support:arguments([1000000]),
    Warm = N div 10,
    Warm = one_run(Warm),
    Start = bench_support:now(),
    N = one_run(N),
    bench_support:print("spawn_exit/spawn_run_end", (bench_support:now() - Start) / N, "ns").

one_run(N) ->
    Main = self(),
    spawn_all(N, fun() -> Main ! 1 end),
    collect(N, 0).

spawn_all(0, _) -> ok;
spawn_all(N, Fun) -> spawn(Fun), spawn_all(N - 1, Fun).

collect(0, Sum) -> Sum;
collect(N, Sum) -> receive One -> collect(N - 1, Sum + One) end.
