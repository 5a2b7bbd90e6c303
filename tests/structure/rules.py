#!/usr/bin/env python3
"""Checks the house rules of the tree at the given root: include/shoal and src.

Floors     A file includes rooms of its own floor and the fronts of lower floors: never a lower floor's room, never upwards.
Owners     An outside thing (atomics, clocks, chance, Boost.Context, ConcurrentQueue, the compiler) is named by its owner alone.
Guards     include/shoal/a/b.hpp is guarded by SHOAL_A_B_HPP.
Sizes      No file has more than 500 lines.

Prints one line per broken rule, "file:line: what", and ends with 1 if there is any.
"""

import pathlib
import re
import sys

# --- The house -------------------------------------------------------------------------------------------------------

WINGS = ["sim", "io", "dist", "observe", "code"]
LEVEL = {"base": 0, "memory": 1, "fiber": 1, "sched": 2, "process": 3, "otp": 4, **{wing: 5 for wing in WINGS}}
NEIGHBOURS_USED = {"fiber": {"memory"}}  # On one level, who may use whom.
ROOF = "shoal.hpp"  # Includes fronts, but no wing's.
NAMES = "fwd.hpp"  # Includes nothing of shoal.
LINES_MAX = 500

# What is named, by whom, and in which words of the code (comments and strings do not count).
OWNERS = [
    ("atomics", r"\bstd\s*::\s*atomic|#\s*include\s*<atomic>|\bmemory_order(_\w+)?\b|\b__(atomic|sync)_\w+",
     r"(include/shoal|src)/base/sync\.(hpp|cpp)"),
    ("a clock",
     r"\bchrono\s*::\s*\w+_clock\b|\b(steady|system|high_resolution|utc)_clock\s*::|\bclock_gettime\b|\bgettimeofday\b"
     r"|\bstd\s*::\s*time\b|\b_*rdtscp?\b",
     r"(include/shoal|src)/base/time\.(hpp|cpp)"),
    ("chance",
     r"\brandom_device\b|\b(std\s*::\s*|::\s*)s?rand\b|(?<![\w:.>])s?rand\s*\(|\bmt19937(_64)?\b|\bminstd_rand0?\b"
     r"|\bgetrandom\b|#\s*include\s*<random>",
     r"(include/shoal|src)/base/random\.(hpp|cpp)"),
    ("Boost", r"\bboost\b|\b(jump|make|ontop)_fcontext\b", r"include/shoal/fiber\.hpp|(include/shoal|src)/fiber/.*"),
    ("ConcurrentQueue", r"\bmoodycamel\b|\bconcurrentqueue\b|\bConcurrentQueue\b",
     r"include/shoal/sched/(detail/)?inject_queue\.hpp|src/sched/inject_queue\.cpp"),
    ("the compiler", r"\b__GNUC__\b|\b__clang__\b|\b__clang_major__\b|\b_MSC_VER\b|\b__SANITIZE_\w+|\b__has_feature\b",
     r"include/shoal/base/config\.hpp"),
]

# Known exceptions: file, word, reason.
ALLOWED = [
    ("src/fiber/forced_unwind.cpp", "__atomic_",
     "the reference count in an exception's header is the C++ runtime's own int, so no std::atomic can be put there"),
]


# --- Reading ---------------------------------------------------------------------------------------------------------

def without_comments(text):
    """Comments become spaces; lines stay lines. Strings are kept: includes are written with them."""
    token = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)

    def blank(match):
        found = match.group()
        return re.sub(r"[^\n]", " ", found) if found[0] == "/" else found

    return token.sub(blank, text)


def without_strings(line):
    return line if re.match(r"\s*#\s*include", line) else re.sub(r'"(?:\\.|[^"\\])*"', '""', line)


def floor_of(path):
    """('process', 'front' | 'room') for a path like include/shoal/process.hpp or src/process/x.cpp; None for roof and names."""
    parts = pathlib.PurePosixPath(path).parts
    if parts[:2] == ("include", "shoal"):
        if len(parts) == 3:
            return None if parts[2] in (ROOF, NAMES) else (parts[2].removesuffix(".hpp"), "front")
        return parts[2], "room"
    return (parts[1], "room") if len(parts) > 2 else ("", "room")


# --- The rules -------------------------------------------------------------------------------------------------------

def floor_problem(path, target):
    """What is wrong with `path` including `target` (both from the root), or None."""
    theirs = floor_of(target)
    if theirs is None:
        return None if target.endswith("/" + NAMES) else f"{ROOF} is for users, not for the house"
    floor, kind = theirs
    if floor not in LEVEL:
        return f"there is no floor '{floor}'"
    mine = floor_of(path)
    if mine is None:  # The roof, or fwd.hpp.
        if path.endswith("/" + NAMES):
            return f"{NAMES} names things and includes nothing of shoal"
        if floor in WINGS:
            return f"{ROOF} leaves out the wings, and '{floor}' is one"
        return None if kind == "front" else f"{ROOF} includes fronts only"
    own = mine[0]
    if own not in LEVEL:
        return f"there is no floor '{own}'"
    if floor == own:
        return f"goes through its own front <shoal/{own}.hpp>" if kind == "front" and path.startswith("include/") else None
    if LEVEL[floor] == LEVEL[own] and floor not in NEIGHBOURS_USED.get(own, ()):
        return f"'{own}' may not use its neighbour '{floor}'"
    if LEVEL[floor] > LEVEL[own]:
        return f"goes up from '{own}' to '{floor}'"
    return None if kind == "front" else f"reaches into a room of '{floor}'; its front is <shoal/{floor}.hpp>"


def include_problems(root, path, lines):
    for number, line in enumerate(lines, 1):
        found = re.match(r'\s*#\s*include\s*(?:<(shoal/[^>]+)>|"([^"]+)")', line)
        if not found:
            continue
        if found.group(1):
            target = "include/" + found.group(1)
        else:
            where = (root / path).parent / found.group(2)
            try:
                target = where.resolve().relative_to(root.resolve()).as_posix()
            except ValueError:
                target = ""
            if path.startswith("include/") or not target.startswith(("include/shoal/", "src/")):
                yield number, f'includes "{found.group(2)}"; write <shoal/...>'
                continue
        problem = floor_problem(path, target)
        if problem:
            yield number, f"includes {found.group(1) or found.group(2)}: {problem}"


def owner_problems(path, lines):
    for what, words, owner in OWNERS:
        if re.fullmatch(owner, path):
            continue
        for number, line in enumerate(lines, 1):
            found = re.search(words, without_strings(line))
            if found and not any(path == file and found.group().startswith(word) for file, word, _ in ALLOWED):
                yield number, f"names {what} ({found.group().strip()}); its owner is {owner}"


def guard_problems(path, text):
    if not path.endswith(".hpp"):
        return
    if path.startswith("include/"):
        name = re.sub(r"\W", "_", path.removeprefix("include/")).upper()
        directives = re.findall(r"^\s*#\s*(\w+)[ \t]*(\w*)", text, re.M)
        if directives[:2] != [("ifndef", name), ("define", name)] or directives[-1][0] != "endif":
            yield 1, f"is not guarded by {name} as a whole"


def problems_in(root):
    files = sorted(f for top in ("include/shoal", "src") for f in (root / top).rglob("*") if f.suffix in (".hpp", ".cpp"))
    if not files:
        yield "nothing to check: there are no sources under include/shoal or src"
    for file in files:
        path = file.relative_to(root).as_posix()
        text = file.read_text(encoding="utf-8")
        code = without_comments(text)
        lines = code.split("\n")
        found = [*include_problems(root, path, lines), *owner_problems(path, lines), *guard_problems(path, code)]
        count = text.count("\n")
        if count > LINES_MAX:
            found.append((LINES_MAX + 1, f"has {count} lines; {LINES_MAX} are the most: a room is missing"))
        for number, what in found:
            yield f"{path}:{number}: {what}"


def main():
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    problems = list(problems_in(pathlib.Path(sys.argv[1])))
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
