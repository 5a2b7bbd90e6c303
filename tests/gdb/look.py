#!/usr/bin/env python3
"""look.py stopped|live GDB PROGRAM COMMANDS: runs gdb on the program and checks what docs/shoal.gdb's commands print.

Ends with 77 if this system does not let gdb attach, or debug at all: that is no fault of ours.
"""

import re
import subprocess
import sys

how, gdb, program, commands = sys.argv[1:]
ask = ["-ex", f"source {commands}", "-ex", "shoal-ps", "-ex", "shoal-bt waiting_index", "-ex", "backtrace 1"]
batch = [gdb, "-q", "-nx", "-batch", "-ex", "set debuginfod enabled off", "-ex", "set confirm off"]


def stopped():
    return subprocess.run(batch + ["-ex", "break stop_here", "-ex", "run", *ask, "-ex", "kill", program],
                          capture_output=True, text=True, timeout=100).stdout


def live():
    target = subprocess.Popen([program, "live"], stdout=subprocess.PIPE, text=True)
    try:
        target.stdout.readline()  # "ready"
        # The only worker is in an endless loop: it is the thread whose backtrace has main's lambda.
        return subprocess.run(batch + ["-p", str(target.pid), "-ex", "thread 2", *ask, "-ex", "detach"],
                              capture_output=True, text=True, timeout=100).stdout
    finally:
        target.kill()
        target.wait()


said = stopped() if how == "stopped" else live()
print(said)
if re.search(r"ptrace: Operation not permitted|Could not trace|Cannot PTRACE|During startup program exited", said):
    sys.exit(77)
for wanted in [
    r"generation 1 .*receive.*program\.cpp",                       # shoal-ps: what it waits for and where it was spawned.
    r"(?s)innermost_function.*middle_function.*fiber::enter",     # shoal-bt: the waiting process, to its end.
    r"(?s)fiber::enter.*#0 ",                                      # Afterwards the thread is where it was.
]:
    if not re.search(wanted, said):
        sys.exit(f"not found: {wanted}")
