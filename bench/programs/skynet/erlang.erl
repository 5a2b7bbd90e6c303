%% Skynet: each node spawns 10 children, down to LEAVES leaves, and sums what they report;
%% seconds for a whole tree, the mean of REPEATS.
%% Arguments: LEAVES (a power of ten) REPEATS.
-module(bench_skynet).
-export([main/0]).

main() -> bench_support:run(fun bench/0).

bench() ->
    [Leaves, Repeats] = bench_support:arguments([1000000, 3]),
    tree(Leaves div 10),
    Start = bench_support:now(),
    repeat(Repeats, Leaves, Leaves * (Leaves - 1) div 2),
    bench_support:print("skynet/time", (bench_support:now() - Start) / Repeats / 1.0e9, "s").

repeat(0, _, _) -> ok;
repeat(N, Leaves, Sum) ->
    Sum = tree(Leaves),
    repeat(N - 1, Leaves, Sum).

tree(Leaves) ->
    Main = self(),
    spawn_link(fun() -> tree_node(Main, 0, Leaves) end),
    receive Sum -> Sum end.

tree_node(Parent, Number, 1) -> Parent ! Number;
tree_node(Parent, Number, Leaves) ->
    spawn_children(10, self(), Number, Leaves div 10),
    Parent ! sum(10, 0).

spawn_children(0, _, _, _) -> ok;
spawn_children(N, Parent, Number, Leaves) ->
    spawn(fun() -> tree_node(Parent, Number, Leaves) end),
    spawn_children(N - 1, Parent, Number + Leaves, Leaves).

sum(0, Total) -> Total;
sum(N, Total) -> receive Part -> sum(N - 1, Total + Part) end.
