#!/usr/bin/env python3
"""Tests the checker: a small set of pages that is right, and one thing wrong with it at a time."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

import check_docs

EXAMPLE = """// examples/01_one.cpp — an example.
#include <fmt/core.h>

struct tick {
  int number;
};
struct tock {};

int main() {
  // [body]
  fmt::print("one\\n");
  // [body]
  return 0;
}
"""

README = """# Name

<!-- from: examples/01_one.cpp [body] -->
```cpp
fmt::print("one\\n");
```

See [the docs](docs/index.md).
"""

INDEX = """# Index

- [Start](start.md#first-steps), [the program](../examples/01_one.cpp), [elsewhere](https://example.org/), [home](../README.md)

<!-- fragment -->
```cpp
int x = 0;
```

`[not a link](nowhere.md)`
"""

START = """# Start

## First steps

<!-- table:begin -->
Not measured.
<!-- table:end -->

<!-- from: examples/01_one.cpp [tick] -->

```cpp
struct tick {
  int number;
};
```

<!-- from: examples/01_one.out -->
```text
one
```
"""


class CheckerTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name).resolve()
        (self.root / "docs").mkdir()
        (self.root / "examples").mkdir()
        self.write("examples/01_one.cpp", EXAMPLE)
        self.write("examples/01_one.out", "one\n")
        self.write("README.md", README)
        self.write("docs/index.md", INDEX)
        self.write("docs/start.md", START)

    def write(self, name, text):
        (self.root / name).write_text(text, encoding="utf-8")

    def read(self, name):
        return (self.root / name).read_text(encoding="utf-8")

    def replace(self, name, old, new):
        text = self.read(name)
        self.assertIn(old, text)
        self.write(name, text.replace(old, new))

    def problems(self):
        return check_docs.check(self.root)[0]

    def assert_one_problem(self, place, what):
        found = self.problems()
        self.assertEqual(1, len(found), found)
        self.assertTrue(found[0].startswith(place), found)
        self.assertIn(what, found[0])

    def test_right_pages_have_no_problem(self):
        self.assertEqual([], self.problems())

    # --- Blocks --------------------------------------------------------------------------------------------------

    def test_a_block_that_differs_from_its_section_is_found(self):
        self.replace("README.md", '"one\\n"', '"two\\n"')
        self.assert_one_problem("README.md:4", "is not what examples/01_one.cpp [body] says")

    def test_an_example_that_has_moved_on_is_found(self):
        self.replace("examples/01_one.cpp", "int number;", "long number;")
        self.assert_one_problem("docs/start.md:11", "is not what examples/01_one.cpp [tick] says")

    def test_output_that_differs_is_found(self):
        self.write("examples/01_one.out", "two\n")
        self.assert_one_problem("docs/start.md:18", "is not what examples/01_one.out says")

    def test_a_whole_file_is_compared(self):
        self.write("docs/start.md", f"# Start\n## First steps\n<!-- from: examples/01_one.cpp -->\n```cpp\n{EXAMPLE}```\n")
        self.assertEqual(1, len(self.problems()))  # The section's marks are no part of the text.
        check_docs.update(self.root)
        self.assertEqual([], self.problems())
        self.assertNotIn("// [body]", self.read("docs/start.md"))

    def test_cpp_without_a_comment_is_found(self):
        self.replace("docs/index.md", "<!-- fragment -->\n", "")
        self.assert_one_problem("docs/index.md:5", "neither")

    def test_prose_between_comment_and_block_breaks_the_tie(self):
        self.replace("docs/index.md", "<!-- fragment -->\n", "<!-- fragment -->\nLike so:\n")
        found = self.problems()
        self.assertEqual(2, len(found), found)
        self.assertIn("no block follows", found[0])

    def test_cpp_from_elsewhere_is_found(self):
        self.write("docs/index.cpp", "int x = 0;\n")
        self.replace("docs/index.md", "<!-- fragment -->", "<!-- from: docs/index.cpp -->")
        self.assert_one_problem("docs/index.md:6", "C++ comes from examples/")

    def test_a_missing_file_is_found(self):
        self.replace("README.md", "01_one.cpp [body]", "02_two.cpp [body]")
        self.assert_one_problem("README.md:4", "no such file")

    def test_a_file_outside_is_refused(self):
        self.replace("docs/start.md", "examples/01_one.out", "examples/../../one.out")
        self.assert_one_problem("docs/start.md:18", "no such file")

    def test_a_missing_section_is_found(self):
        self.replace("README.md", "[body]", "[soul]")
        self.assert_one_problem("README.md:4", "no lines '// [soul]'")

    def test_a_section_that_does_not_end_is_found(self):
        self.write("examples/01_one.cpp", EXAMPLE.replace("  // [body]\n  return", "  return"))
        self.assert_one_problem("README.md:4", "1 lines '// [body]'")

    def test_a_block_without_language_is_found(self):
        self.replace("docs/index.md", "<!-- fragment -->\n```cpp", "```")
        self.assert_one_problem("docs/index.md:5", "does not name its language")

    def test_a_block_that_does_not_end_is_found(self):
        self.replace("docs/start.md", "one\n```\n", "one\n")
        self.assertTrue(any("never closed" in problem for problem in self.problems()))

    # --- Links ---------------------------------------------------------------------------------------------------

    def test_a_dead_link_is_found(self):
        self.replace("README.md", "docs/index.md", "docs/indexes.md")
        self.assert_one_problem("README.md:8", "dead link: docs/indexes.md")

    def test_a_link_to_a_missing_heading_is_found(self):
        self.replace("docs/start.md", "## First steps", "## Second steps")
        self.assert_one_problem("docs/index.md:3", "no such heading")

    def test_a_link_out_of_the_repository_is_found(self):
        self.replace("README.md", "docs/index.md", "../")
        self.assert_one_problem("README.md:8", "dead link")

    def test_a_page_nobody_leads_to_is_found(self):
        self.write("docs/lonely.md", "# Lonely\n")
        self.assert_one_problem("docs/lonely.md:1", "does not lead to this page")

    # --- Markers, updates ----------------------------------------------------------------------------------------

    def test_a_marker_without_partner_is_found(self):
        self.replace("docs/start.md", "<!-- table:end -->\n", "")
        self.assertTrue(any("has no partner" in problem for problem in self.problems()))

    def test_update_makes_wrong_blocks_right(self):
        self.replace("README.md", '"one\\n"', '"two\\n"')
        self.replace("docs/start.md", "  int number;\n", "")
        self.assertEqual(["README.md", "docs/start.md"], check_docs.update(self.root))
        self.assertEqual([], self.problems())
        self.assertEqual(README, self.read("README.md"))
        self.assertEqual(START, self.read("docs/start.md"))
        self.assertEqual([], check_docs.update(self.root))

    def test_fill_replaces_what_lies_between_markers(self):
        self.assertEqual(["docs/start.md"], check_docs.fill(self.root, "table", "| 1 |\n"))
        self.assertIn("<!-- table:begin -->\n| 1 |\n<!-- table:end -->", self.read("docs/start.md"))
        self.assertEqual([], check_docs.fill(self.root, "chair", "x"))

    # --- Fragments, the program ----------------------------------------------------------------------------------

    def test_fragments_keep_the_lines_of_their_page(self):
        source, count = check_docs.fragments_source(self.root, "prelude.hpp")
        self.assertEqual(1, count)
        self.assertIn('#line 7 "docs/index.md"\nint x = 0;\n', source)

    def test_the_exit_status_tells(self):
        program = [sys.executable, check_docs.__file__, "--root", str(self.root)]
        self.assertEqual(0, subprocess.run(program, stdout=subprocess.DEVNULL, check=False).returncode)
        self.replace("README.md", "docs/index.md", "docs/indexes.md")
        self.assertEqual(1, subprocess.run(program, stdout=subprocess.DEVNULL, check=False).returncode)


if __name__ == "__main__":
    unittest.main()
