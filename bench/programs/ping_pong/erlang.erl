%% Ping-pong: two processes send one number to and fro; time per round trip.
%% Arguments: ROUNDS.
-module(bench_ping_pong).
-export([main/0]).

main() -> bench_support:run(fun bench/0).

bench() ->
    [Rounds] = bench_support:arguments([2000000]),
    Main = self(),
    Ponger = spawn_link(fun() -> answer(Main) end),
    play(Ponger, Rounds div 10),
    Start = bench_support:now(),
    play(Ponger, Rounds),
    bench_support:print("ping_pong/round_trip", (bench_support:now() - Start) / Rounds, "ns").

play(_, 0) -> ok;
play(Ponger, N) ->
    Ponger ! N,
    receive N -> play(Ponger, N - 1) end.

answer(Main) ->
    receive N -> Main ! N end,
    answer(Main).
