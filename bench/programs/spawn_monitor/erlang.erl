%% Spawn and monitor: one process spawns and monitors N that end at once, one after another: it reads the down of each
%% before it spawns the next.
%% Arguments: N.
-module(bench_spawn_monitor).
-export([main/0]).

main() -> bench_support:run(fun bench/0).

bench() ->
    [N] = bench_support:arguments([500000]),
    spawn_and_hear(N div 10),
    Start = bench_support:now(),
    spawn_and_hear(N),
    bench_support:print("spawn_monitor/down", (bench_support:now() - Start) / N, "ns").

spawn_and_hear(0) -> ok;
spawn_and_hear(N) ->
    {Child, Ref} = spawn_monitor(fun() -> ok end),
    receive {'DOWN', Ref, process, Child, normal} -> spawn_and_hear(N - 1) end.
