%% Ring: one token goes round FORWARDERS processes; time per hop.
%% Arguments: HOPS FORWARDERS.
-module(bench_ring).
-export([main/0]).

main() -> bench_support:run(fun bench/0).

bench() ->
    [Hops, Forwarders] = bench_support:arguments([5000000, 1000]),
    Main = self(),
    First = spawn_link(fun() -> receive {next, Next} -> forward(Next, Main) end end),
    First ! {next, chain(Forwarders - 1, First, Main)},
    go_round(First, Hops div 10),
    Start = bench_support:now(),
    go_round(First, Hops),
    bench_support:print("ring/hop", (bench_support:now() - Start) / Hops, "ns").

%% Each new process forwards to the one made before it; the first one forwards to the last one made.
chain(0, Next, _) -> Next;
chain(N, Next, Main) -> chain(N - 1, spawn_link(fun() -> forward(Next, Main) end), Main).

go_round(First, Hops) ->
    First ! Hops,
    receive 0 -> ok end.

forward(Next, Main) ->
    receive
        0 -> Main ! 0;
        Left -> Next ! Left - 1
    end,
    forward(Next, Main).
