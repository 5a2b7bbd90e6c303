%% Fan-in: SENDERS processes send EACH messages to one; time per message, over REPEATS such runs.
%% Arguments: SENDERS EACH REPEATS.
-module(bench_fan_in).
-export([main/0]).

%% Senders outrun the reader: off_heap keeps the queue out of its garbage collections.
main() -> bench_support:run(fun bench/0, [{message_queue_data, off_heap}]).

bench() ->
    [Senders, Each, Repeats] = bench_support:arguments([100, 10000, 5]),
    repeat(1, Senders, Each),
    Start = bench_support:now(),
    repeat(Repeats, Senders, Each),
    bench_support:print("fan_in/message", (bench_support:now() - Start) / (Senders * Each * Repeats), "ns").

repeat(0, _, _) -> ok;
repeat(N, Senders, Each) ->
    Main = self(),
    [spawn_link(fun() -> send(Main, Each) end) || _ <- lists:seq(1, Senders)],
    Sum = Senders * Each * (Each + 1) div 2,
    Sum = collect(Senders * Each, 0),
    repeat(N - 1, Senders, Each).

send(_, 0) -> ok;
send(Main, N) -> Main ! N, send(Main, N - 1).

collect(0, Sum) -> Sum;
collect(N, Sum) -> receive Number -> collect(N - 1, Sum + Number) end.
