#!/usr/bin/env python3
"""Compiles every header under include/shoal alone, twice in one unit (its guard must hold), with warnings as errors.

With --reach it compiles <shoal/shoal.hpp> instead and fails if a header of Boost or ConcurrentQueue was read on the way.
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys

FLAGS = ["-std=c++20", "-Wall", "-Wextra", "-Werror", "-x", "c++"]


def compile_text(options, text, *more):
    command = [options.compiler, *FLAGS, f"-I{options.root}/include", *(f"-isystem{f}" for f in options.folders), *more, "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"})


def first_lines(text, count=12):
    lines = text.splitlines()
    return "\n".join(lines[:count] + (["..."] if len(lines) > count else []))


def headers_that_fail(options):
    include = options.root / "include"
    headers = sorted(h.relative_to(include) for h in (include / "shoal").rglob("*.hpp"))
    if not headers:
        return [f"no headers under {include}/shoal"]

    def alone(header):
        return header, compile_text(options, f"#include <{header}>\n#include <{header}>\n", "-fsyntax-only")

    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        results = list(pool.map(alone, headers))
    print(f"{len(headers)} headers with {options.compiler}")
    return [f"<{header}> does not compile alone:\n{first_lines(done.stderr)}" for header, done in results if done.returncode != 0]


def strangers_reached(options):
    done = compile_text(options, "#include <shoal/shoal.hpp>\n", "-M")
    if done.returncode != 0:
        return [f"<shoal/shoal.hpp> does not compile:\n{first_lines(done.stderr)}"]
    files = done.stdout.replace("\\\n", " ").split()
    print(f"{len(files)} files behind <shoal/shoal.hpp> with {options.compiler}")
    return [f"<shoal/shoal.hpp> includes {f}" for f in files if re.search(r"/boost/|concurrentqueue", f)]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compiler", default="c++")
    parser.add_argument("--reach", action="store_true")
    parser.add_argument("root", type=pathlib.Path)
    parser.add_argument("folders", nargs="*", help="where the headers of other libraries are")
    options = parser.parse_args()
    problems = strangers_reached(options) if options.reach else headers_that_fail(options)
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
