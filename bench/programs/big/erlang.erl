%% Big: PEERS processes; each pings a random other one ROUNDS times and answers the pings of others meanwhile;
%% time per ping-pong.
%% Arguments: PEERS ROUNDS.
-module(bench_big).
-export([main/0]).

main() -> bench_support:run(fun bench/0).

bench() ->
    [Peers, Rounds] = bench_support:arguments([512, 2000]),
    one_run(Peers, Rounds div 10),
    bench_support:print("big/ping_pong", one_run(Peers, Rounds) / (Peers * Rounds), "ns").

one_run(Peers, Rounds) ->
    Main = self(),
    Pids = [spawn_link(fun() -> peer(Main, I, Rounds) end) || I <- lists:seq(0, Peers - 1)],
    All = list_to_tuple(Pids),
    [Pid ! {peers, All} || Pid <- Pids],
    [receive ready -> ok end || _ <- Pids],
    Start = bench_support:now(),
    [Pid ! go || Pid <- Pids],
    [receive done -> ok end || _ <- Pids],
    Time = bench_support:now() - Start,
    [Pid ! stop || Pid <- Pids],
    Time.

peer(Main, I, Rounds) ->
    receive {peers, All} -> ok end,
    Main ! ready,
    receive go -> ok end,
    ping(Main, I, All, rand:mwc59_seed(I), Rounds).

ping(Main, _, _, _, 0) ->
    Main ! done,
    answer();
ping(Main, I, All, Random, Rounds) ->
    Others = tuple_size(All) - 1,
    %% 1 to Others places further on, so never itself.
    Place = (I + 1 + rand:mwc59_value32(Random) rem Others) rem (Others + 1),
    element(Place + 1, All) ! {ping, self()},
    wait(Main, I, All, rand:mwc59(Random), Rounds).

wait(Main, I, All, Random, Rounds) ->
    receive
        {ping, From} -> From ! pong, wait(Main, I, All, Random, Rounds);
        pong -> ping(Main, I, All, Random, Rounds - 1)
    end.

answer() ->
    receive
        {ping, From} -> From ! pong, answer();
        stop -> ok
    end.
