#!/usr/bin/env python3
"""Prints the README's four numbers: four_numbers.py COMPARE.csv COMPARE.md PARTS.json (docs/performance.md has the commands)."""

import csv
import json
import statistics
import sys

CSV_ROWS = [
    ("spawn a process, run it to its end", "spawn_exit/spawn_run_end", "bench_spawn_exit"),
    ("memory of a process that waits in receive, of a million", "alive/bytes", "bench_alive"),
]
PART_ROWS = [
    ("send a message to a process that is awake", "process/send/awake_receiver/real_time", "shoal_bench"),
    ("switch to a process and back", "fiber/switch/fibers/1", "shoal_bench"),
]
UNITS = {"ns": "ns", "B": "bytes"}


def shown(value, unit):
    return f"{value:,.0f} {unit}" if value >= 20 else f"{value:.1f} {unit}"


def from_compare(file, figure):
    rows = [row for row in csv.DictReader(file) if row["figure"] == figure and row["runtime"] == "shoal"]
    if not rows:
        raise SystemExit(f"no value for {figure}: run bench/compare with that work")
    return statistics.median(float(row["value"]) for row in rows), UNITS.get(rows[0]["unit"], rows[0]["unit"])


def from_parts(parts, name):
    for bench in parts["benchmarks"]:
        if bench["name"] == name:
            return bench["real_time"], bench["time_unit"]
    raise SystemExit(f"no value for {name}: look at --benchmark_filter")


def about_the_machine(markdown):
    """The lines of the comparison that say where it ran."""
    wanted = ("- machine:", "- kernel:", "- date:", "- shoal:")
    return [" ".join(line.split()) for line in markdown if line.startswith(wanted)]


def main(compare_csv, compare_markdown, parts_json):
    with open(parts_json, encoding="utf-8") as file:
        parts = json.load(file)
    lines = ["| | | measured by |", "|---|---:|---|"]
    for title, figure, program in CSV_ROWS[:1]:
        with open(compare_csv, encoding="utf-8", newline="") as file:
            lines.append(f"| {title} | {shown(*from_compare(file, figure))} | `{program}` |")
    for title, name, program in PART_ROWS:
        lines.append(f"| {title} | {shown(*from_parts(parts, name))} | `{program}` |")
    for title, figure, program in CSV_ROWS[1:]:
        with open(compare_csv, encoding="utf-8", newline="") as file:
            lines.append(f"| {title} | {shown(*from_compare(file, figure))} | `{program}` |")
    with open(compare_markdown, encoding="utf-8") as file:
        machine = about_the_machine(file)
    print("\n".join([*lines, "", *machine, "",
                     "The commands, and other runtimes beside it: [docs/performance.md](docs/performance.md#the-four-numbers)."]))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
