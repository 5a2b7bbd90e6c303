#!/usr/bin/env python3
"""Tests rules.py: small trees, each of which breaks one rule, must be refused with the right words; good ones must pass."""

import contextlib
import pathlib
import tempfile
import unittest

import rules


def guarded(path, body=""):
    """The text of a header with the guard its path asks for."""
    name = path.removeprefix("include/").replace("/", "_").replace(".", "_").upper()
    return f"// {path}\n#ifndef {name}\n#define {name}\n{body}\n#endif\n"


# A house in which everything is in order.
GOOD = {
    "include/shoal/shoal.hpp": "#include <shoal/process.hpp>",
    "include/shoal/base.hpp": "#include <shoal/base/sync.hpp>",
    "include/shoal/base/sync.hpp": "#include <atomic>\nusing a = std::atomic<int>;",
    "include/shoal/base/config.hpp": "#if defined(__GNUC__)\n#endif",
    "include/shoal/memory.hpp": "#include <shoal/base.hpp>",
    "include/shoal/fiber.hpp": "#include <shoal/memory.hpp>",
    "include/shoal/sched.hpp": "#include <shoal/fiber.hpp>\n#include <shoal/sched/detail/worker.hpp>",
    "include/shoal/sched/detail/worker.hpp": "#include <shoal/base.hpp>",
    "include/shoal/process.hpp": "#include <shoal/sched.hpp>",
    "include/shoal/sim.hpp": "#include <shoal/process.hpp>",
    "src/fiber/fiber.cpp": "#include <boost/context/fiber.hpp>",
    "src/base/time.cpp": "auto t = std::chrono::steady_clock::now();",
    "src/base/random.cpp": "#include <random>\nstd::random_device chance;",
    "src/sched/inject_queue.cpp": "#include <concurrentqueue.h>\nmoodycamel::ConcurrentQueue<int> q;",
    "src/sched/worker.cpp": '// std::atomic and mt19937 in a comment\nconst char* text = "std::atomic, boost";\n'
                            "#include <shoal/sched/detail/worker.hpp>\nint random_access = 1; clock& c = detail::steady_clock();",
}

# What is added to the good house, and what must be said about it.
BAD = {
    "up a floor": ({"include/shoal/base/list.hpp": "#include <shoal/process.hpp>"}, "list.hpp:4: includes shoal/process.hpp: goes up"),
    "up a floor, from a source": ({"src/sched/x.cpp": "#include <shoal/process/pid.hpp>"}, "x.cpp:1: includes shoal/process/pid.hpp: goes up"),
    "up a floor, between comments": ({"src/base/x.cpp": "/* a\n*/ # include <shoal/otp.hpp> // b"}, "x.cpp:2: includes shoal/otp.hpp: goes up"),
    "a lower floor's room": ({"src/process/x.cpp": "#include <shoal/sched/detail/worker.hpp>"}, "reaches into a room of 'sched'; its front is <shoal/sched.hpp>"),
    "a lower floor's room without detail": ({"include/shoal/otp/x.hpp": "#include <shoal/process/pid.hpp>"}, "reaches into a room of 'process'"),
    "memory uses fiber": ({"src/memory/x.cpp": "#include <shoal/fiber.hpp>"}, "'memory' may not use its neighbour 'fiber'"),
    "wings that see each other": ({"src/io/x.cpp": "#include <shoal/dist.hpp>"}, "'io' may not use its neighbour 'dist'"),
    "its own front": ({"include/shoal/sched/x.hpp": "#include <shoal/sched.hpp>"}, "goes through its own front"),
    "the roof": ({"src/otp/x.cpp": "#include <shoal/shoal.hpp>"}, "shoal.hpp is for users"),
    "a wing under the roof": ({"include/shoal/shoal.hpp": "#include <shoal/sim.hpp>"}, "shoal.hpp leaves out the wings"),
    "a room under the roof": ({"include/shoal/shoal.hpp": "#include <shoal/otp/call.hpp>"}, "shoal.hpp includes fronts only"),
    "names that include": ({"include/shoal/fwd.hpp": "#include <shoal/base.hpp>"}, "fwd.hpp names things and includes nothing"),
    "an unknown floor": ({"src/cellar/x.cpp": "#include <shoal/base.hpp>"}, "there is no floor 'cellar'"),
    "an unknown floor included": ({"src/base/x.cpp": "#include <shoal/attic.hpp>"}, "there is no floor 'attic'"),
    "quotes": ({"include/shoal/base/x.hpp": '#include "sync.hpp"'}, 'includes "sync.hpp"; write <shoal/...>'),
    "quotes into another floor": ({"src/base/x.cpp": '#include "../sched/y.hpp"'}, "goes up from 'base' to 'sched'"),
    "atomics": ({"src/sched/x.cpp": "std::atomic<int> a;"}, "x.cpp:1: names atomics (std::atomic)"),
    "the atomic header": ({"include/shoal/base/x.hpp": "#include <atomic>"}, "names atomics"),
    "a memory order": ({"src/sched/x.cpp": "\na.load(std::memory_order_relaxed);"}, "x.cpp:2: names atomics (memory_order_relaxed)"),
    "an atomic builtin": ({"src/sched/x.cpp": "__atomic_load_n(&a, 0);"}, "names atomics (__atomic_load_n)"),
    "a clock": ({"src/sched/x.cpp": "std::chrono::steady_clock::now();"}, "names a clock"),
    "a clock by using": ({"src/sched/x.cpp": "using namespace std::chrono; system_clock::now();"}, "names a clock"),
    "a clock of the system": ({"src/otp/x.cpp": "::clock_gettime(0, &t);"}, "names a clock (clock_gettime)"),
    "the time of day": ({"src/base/x.cpp": "gettimeofday(&t, 0);"}, "names a clock (gettimeofday)"),
    "chance": ({"src/sched/x.cpp": "std::mt19937 g;"}, "names chance (mt19937)"),
    "old chance": ({"src/sched/x.cpp": "int x = rand();"}, "names chance (rand()"),
    "chance of the system": ({"include/shoal/sched/x.hpp": "std::random_device d;"}, "names chance (random_device)"),
    "Boost": ({"src/sched/x.cpp": "#include <boost/context/fiber.hpp>"}, "names Boost"),
    "Boost by its functions": ({"src/process/x.cpp": "void* jump_fcontext(void*);"}, "names Boost (jump_fcontext)"),
    "ConcurrentQueue": ({"src/sched/x.cpp": "#include <concurrentqueue.h>"}, "names ConcurrentQueue"),
    "ConcurrentQueue by its namespace": ({"src/memory/x.cpp": "moodycamel::Q q;"}, "names ConcurrentQueue (moodycamel)"),
    "the compiler": ({"src/base/x.cpp": "#ifdef __clang__\n#endif"}, "names the compiler (__clang__)"),
    "the other compiler": ({"src/base/x.cpp": "#if __GNUC__ > 12\n#endif"}, "names the compiler (__GNUC__)"),
    "a sanitizer": ({"src/base/x.cpp": "#ifdef __SANITIZE_THREAD__\n#endif"}, "names the compiler (__SANITIZE_THREAD__)"),
    "a long file": ({"src/base/x.cpp": "int a;\n" * 500}, "has 501 lines; 500 are the most"),
}

BAD_GUARDS = {
    "no guard": "int a;\n",
    "a wrong name": "#ifndef X_HPP\n#define X_HPP\n#endif\n",
    "pragma once": "#pragma once\nint a;\n",
    "a guard that is not defined": "#ifndef SHOAL_BASE_X_HPP\n#define SHOAL_BASE_Y_HPP\n#endif\n",
    "a guard that ends early": "#ifndef SHOAL_BASE_X_HPP\n#define SHOAL_BASE_X_HPP\n#endif\n#include <new>\n",
}


@contextlib.contextmanager
def house(files):
    """A tree with these bodies on disk; headers get their guards."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for path, body in files.items():
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(guarded(path, body) if path.endswith(".hpp") else body + "\n")
        yield root


class Rules(unittest.TestCase):
    def test_a_good_house_passes(self):
        with house(GOOD) as root:
            self.assertEqual(list(rules.problems_in(root)), [])

    def test_each_broken_rule_is_named(self):
        for what, (files, expected) in BAD.items():
            with self.subTest(what), house(GOOD | files) as root:
                found = list(rules.problems_in(root))
                self.assertEqual(len(found), 1, found)
                self.assertIn(expected, found[0])

    def test_each_bad_guard_is_named(self):
        for what, text in BAD_GUARDS.items():
            with self.subTest(what), house(GOOD) as root:
                (root / "include/shoal/base/x.hpp").write_text(text)
                found = list(rules.problems_in(root))
                self.assertEqual(found, ["include/shoal/base/x.hpp:1: is not guarded by SHOAL_BASE_X_HPP as a whole"])

    def test_the_allowed_exception_holds_in_its_file_only(self):
        with house(GOOD | {"src/fiber/forced_unwind.cpp": "__atomic_fetch_add(&n, 1, 0);"}) as root:
            self.assertEqual(list(rules.problems_in(root)), [])
        with house(GOOD | {"src/fiber/forced_unwind.cpp": "std::atomic<int> n;"}) as root:
            self.assertEqual(len(list(rules.problems_in(root))), 1)

    def test_an_empty_tree_is_no_house(self):
        with house({}) as root:
            self.assertIn("nothing to check", "".join(rules.problems_in(root)))


if __name__ == "__main__":
    unittest.main()
