%% What the Erlang programs share: arguments, running in a process of one's own, result lines, resident memory.
-module(bench_support).
-export([run/1, run/2, arguments/1, now/0, print/3, resident_bytes/0]).

%% Runs Fun in a fresh process and ends the node with it: the process that -s gives traps exits.
run(Fun) -> run(Fun, []).
run(Fun, Options) ->
    {_, Ref} = spawn_opt(Fun, [monitor | Options]),
    receive
        {'DOWN', Ref, process, _, normal} -> halt(0);
        {'DOWN', Ref, process, _, Reason} -> io:format(standard_error, "~0p~n", [Reason]), halt(1)
    end.

%% The numbers after -extra; for those not given, the defaults.
arguments(Defaults) ->
    Given = [list_to_integer(A) || A <- init:get_plain_arguments()],
    lists:sublist(Given, length(Defaults)) ++ lists:nthtail(min(length(Given), length(Defaults)), Defaults).

now() -> erlang:monotonic_time(nanosecond).

print(Name, Value, Unit) -> io:format("~s ~.4f ~s~n", [Name, float(Value), Unit]).

resident_bytes() ->
    {ok, Text} = file:read_file("/proc/self/status"),
    {match, [KiB]} = re:run(Text, "VmRSS:\\s+(\\d+) kB", [{capture, all_but_first, list}]),
    list_to_integer(KiB) * 1024.
