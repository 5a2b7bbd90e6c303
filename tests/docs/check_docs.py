#!/usr/bin/env python3
"""Checks README.md and docs/: code is code that exists and compiles, links lead somewhere, every page can be found.

The comment right before a block says where its text comes from:

  <!-- from: examples/01_hello.cpp -->          the whole file
  <!-- from: examples/01_hello.cpp [main] -->   what lies between two lines `// [main]`; if the file has none, its definition
                                                of `main` at the left margin
  <!-- fragment -->                             no file: compiled inside a process function, after tests/docs/prelude.hpp

Every C++ block needs such a comment, and C++ comes from examples/, whose programs are run by tests. Other blocks (an example's
output, say) may have a `from` comment, too. Every block names its language. What a measurement has to fill in lies between
`<!-- NAME:begin -->` and `<!-- NAME:end -->`.

  check_docs.py                       checks everything but fragments
  check_docs.py --compile CXX FLAGS   compiles the fragments (-fsyntax-only)
  check_docs.py --update              rewrites every block from its file
  check_docs.py --fill NAME FILE      puts FILE between the markers NAME, wherever they are
"""

import argparse
import pathlib
import re
import subprocess
import sys
import textwrap
from dataclasses import dataclass, field

CPP = {"cpp", "c++", "cxx", "cc", "hpp"}
FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})\s*([^\s`]*)[^`]*$")
COMMENT = re.compile(r"^\s*<!--\s*(.*?)\s*-->\s*$")
FROM = re.compile(r"^from:\s*(\S+)(?:\s+\[([^\]]+)\])?$")
MARKER = re.compile(r"^\s*<!--\s*([\w-]+):(begin|end)\s*-->\s*$")
LINK = re.compile(r"(?<!\\)\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
REFERENCE = re.compile(r"^ {0,3}\[[^\]]+\]:\s+<?(\S+?)>?(?:\s+\"[^\"]*\")?\s*$")
HEADING = re.compile(r"^ {0,3}#{1,6}\s+(.*?)\s*#*\s*$")
SECTION = re.compile(r"^\s*// \[([^\]]+)\]\s*$")


class Wrong(Exception):
    """Something a page's reader would stumble over."""


@dataclass
class Block:
    language: str
    note: str           # The comment right before it, or "".
    opening: int        # Index of its first fence among the page's lines; the text begins after it.
    closing: int        # Index of its last fence.


@dataclass
class Page:
    path: pathlib.Path
    lines: list
    blocks: list = field(default_factory=list)
    prose: list = field(default_factory=list)     # (line number, line without code), outside of blocks.
    comments: list = field(default_factory=list)  # (index, what it says), outside of blocks.
    problems: list = field(default_factory=list)  # (line number, what is wrong)

    def text_of(self, block):
        return "\n".join(self.lines[block.opening + 1:block.closing])


# ---- Reading a page -------------------------------------------------------------------------------------------------

def read_page(path):
    page = Page(path, path.read_text(encoding="utf-8").split("\n"))
    note, opened = "", None
    for index, line in enumerate(page.lines):
        fence = FENCE.match(line)
        if opened is not None:
            fence_text, language, block_note, opening = opened
            if fence and fence.group(1).startswith(fence_text) and not fence.group(2):
                page.blocks.append(Block(language, block_note, opening, index))
                opened, note = None, ""
        elif fence:
            opened = (fence.group(1), fence.group(2).lower(), note, index)
        elif comment := COMMENT.match(line):
            note = comment.group(1)
            page.comments.append((index, note))
        elif line.strip():
            note = ""
            page.prose.append((index + 1, re.sub(r"(`+).*?\1", "", line)))
    if opened is not None:
        page.problems.append((opened[3] + 1, "this block is never closed"))
    return page


def slug(heading):
    """The name a heading can be linked by, as the usual sites make it."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
    return re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", plain.lower()))


def anchors_of(page):
    found, fenced = set(), {i for b in page.blocks for i in range(b.opening, b.closing + 1)}
    for index, line in enumerate(page.lines):
        if index in fenced or not (heading := HEADING.match(line)):
            continue
        name, number = slug(heading.group(1)), 0
        while (unique := name if number == 0 else f"{name}-{number}") in found:
            number += 1
        found.add(unique)
    return found


# ---- Text that comes from files -------------------------------------------------------------------------------------

def definition(lines, name):
    """The lines of what is called `name` and begins at the left margin, or None."""
    called = re.compile(rf"\b{re.escape(name)}\b")
    for first, line in enumerate(lines):
        if not line or line[0] in " \t#/}" or not called.search(line):
            continue
        for last in range(first, len(lines)):
            here = lines[last]
            if here[:1] == "}" or (last == first and re.search(r"[;}]\s*$", here)):
                return lines[first:last + 1]
    return None


def section(lines, name):
    marks = [i for i, line in enumerate(lines) if (m := SECTION.match(line)) and m.group(1) == name]
    if not marks:
        found = definition(lines, name)
        if found is None:
            raise Wrong(f"it has no lines '// [{name}]' and no definition of '{name}' at the left margin")
        return found
    if len(marks) != 2:
        raise Wrong(f"it has {len(marks)} lines '// [{name}]'; two are needed, before and after")
    return lines[marks[0] + 1:marks[1]]


def text_from(root, source):
    """What a `from` comment asks for."""
    path, name = source.group(1), source.group(2)
    file = (root / path).resolve()
    if root not in file.parents or not file.is_file():
        raise Wrong(f"{path}: there is no such file")
    lines = file.read_text(encoding="utf-8").rstrip("\n").split("\n")
    try:
        chosen = section(lines, name) if name else lines
    except Wrong as why:
        raise Wrong(f"{path}: {why}") from None
    return textwrap.dedent("\n".join(line for line in chosen if not SECTION.match(line))).strip("\n")


# ---- What is checked ------------------------------------------------------------------------------------------------

def check_block(root, page, block):
    source = FROM.match(block.note)
    if not block.language:
        raise Wrong("this block does not name its language (text, sh, cpp, ...)")
    if block.language in CPP:
        if block.note == "fragment":
            return
        if not source:
            raise Wrong("this C++ block has neither '<!-- from: examples/... -->' nor '<!-- fragment -->' before it")
        if not source.group(1).startswith("examples/"):
            raise Wrong(f"C++ comes from examples/, not from {source.group(1)}")
    if source and page.text_of(block) != text_from(root, source):
        raise Wrong(f"this block is not what {block.note.removeprefix('from:').strip()} says; run check_docs.py --update")


def check_comments(page):
    """A comment that means something stands before a block, and markers come in pairs."""
    before_block = set()
    for block in page.blocks:
        index = block.opening - 1
        while index >= 0 and not page.lines[index].strip():
            index -= 1
        before_block.add(index)
    opened = None
    for index, note in page.comments:
        if (note.startswith("from") or note.startswith("fragment")) and index not in before_block:
            page.problems.append((index + 1, f"no block follows '<!-- {note} -->'"))
        if not (marker := MARKER.match(page.lines[index])):
            continue
        name, kind = marker.groups()
        if (kind == "begin") == (opened is not None) or (kind == "end" and opened != name):
            page.problems.append((index + 1, f"'{name}:{kind}' has no partner"))
        opened = name if kind == "begin" else None
    if opened is not None:
        page.problems.append((len(page.lines), f"'{opened}:begin' has no partner"))


def links_of(page):
    for number, line in page.prose:
        targets = LINK.findall(line) + [m.group(1) for m in [REFERENCE.match(line)] if m]
        for target in targets:
            if not re.match(r"^[a-z][a-z+.-]*:", target):
                yield number, target


def check_links(root, page, pages):
    """Reports dead links; returns the pages this one leads to."""
    leads_to = set()
    for number, target in links_of(page):
        path, _, anchor = target.partition("#")
        file = (page.path.parent / path).resolve() if path else page.path
        if file != root and root not in file.parents or not file.exists():
            page.problems.append((number, f"dead link: {target}"))
        elif file in pages:
            leads_to.add(file)
            if anchor and anchor not in anchors_of(pages[file]):
                page.problems.append((number, f"dead link: {target} (no such heading)"))
    return leads_to


def check_reachable(root, pages, leads):
    start = root / "docs" / "index.md"
    if start not in pages:
        raise Wrong("docs/index.md is missing")
    seen, todo = {start}, [start]
    while todo:
        for page in leads[todo.pop()] - seen:
            seen.add(page)
            todo.append(page)
    for path in sorted(set(pages) - seen):
        pages[path].problems.append((1, "docs/index.md does not lead to this page"))


def read_all(root):
    paths = [root / "README.md", *sorted((root / "docs").rglob("*.md"))]
    return {path: read_page(path) for path in paths if path.is_file()}


def check(root):
    """Everything but fragments. Returns (lines that say what is wrong, pages)."""
    pages, leads = read_all(root), {}
    for path, page in pages.items():
        for block in page.blocks:
            try:
                check_block(root, page, block)
            except Wrong as why:
                page.problems.append((block.opening + 1, str(why)))
        check_comments(page)
        leads[path] = check_links(root, page, pages)
    found = []
    try:
        check_reachable(root, pages, leads)
    except Wrong as why:
        found.append(str(why))
    for path, page in pages.items():
        found += [f"{path.relative_to(root)}:{number}: {what}" for number, what in sorted(page.problems)]
    return found, pages


# ---- What is changed ------------------------------------------------------------------------------------------------

def update(root):
    """Rewrites blocks from their files; returns the pages that changed."""
    changed = []
    for path, page in read_all(root).items():
        before = list(page.lines)
        for block in reversed(page.blocks):  # From below: what is above keeps its place.
            if source := FROM.match(block.note):
                page.lines[block.opening + 1:block.closing] = text_from(root, source).split("\n")
        if page.lines != before:
            path.write_text("\n".join(page.lines), encoding="utf-8")
            changed.append(str(path.relative_to(root)))
    return changed


def fill(root, name, text):
    """Puts text between the markers; returns the pages that have them."""
    filled = []
    for path, page in read_all(root).items():
        at = {m.group(2): i for i, _ in page.comments if (m := MARKER.match(page.lines[i])) and m.group(1) == name}
        if set(at) != {"begin", "end"}:
            continue
        page.lines[at["begin"] + 1:at["end"]] = text.strip("\n").split("\n")
        path.write_text("\n".join(page.lines), encoding="utf-8")
        filled.append(str(path.relative_to(root)))
    return filled


# ---- Fragments ------------------------------------------------------------------------------------------------------

def fragments_source(root, prelude):
    """One source file with every fragment in a process function of its own; compilers name the page's line."""
    parts = [f'#include "{prelude}"']
    for path, page in read_all(root).items():
        for block in page.blocks:
            if block.language in CPP and block.note == "fragment":
                parts.append(f"void fragment_{len(parts)}() {{\n"
                             f'#line {block.opening + 2} "{path.relative_to(root)}"\n{page.text_of(block)}\n}}')
    return "\n".join(parts) + "\n", len(parts) - 1


def compile_fragments(root, prelude, compiler, flags):
    source, count = fragments_source(root, prelude)
    # System folders must keep their place in the search order.
    flags = [flag for flag in flags if flag not in ("", "-I", "-I/usr/include")]
    command = [compiler, "-x", "c++", "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Wno-unused", *flags, "-"]
    done = subprocess.run(command, input=source, text=True, check=False)
    if done.returncode == 0:
        print(f"{count} fragments compile")
    return done.returncode


def main(arguments):
    here = pathlib.Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=pathlib.Path, default=here.parent.parent, help="the repository")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--update", action="store_true", help="rewrite every block from its file")
    what.add_argument("--fill", nargs=2, metavar=("NAME", "FILE"), help="put FILE between the markers NAME")
    what.add_argument("--compile", nargs=argparse.REMAINDER, metavar="CXX FLAG", help="compile the fragments; comes last")
    chosen = parser.parse_args(arguments)
    root = chosen.root.resolve()
    try:
        if chosen.update:
            print("\n".join(update(root)) or "nothing to update")
            return 0
        if chosen.fill:
            name, file = chosen.fill
            filled = fill(root, name, pathlib.Path(file).read_text(encoding="utf-8"))
            print("\n".join(filled) or f"no page has both markers of '{name}'")
            return 0 if filled else 1
        if chosen.compile:
            return compile_fragments(root, here / "prelude.hpp", chosen.compile[0], chosen.compile[1:])
        problems, pages = check(root)
    except Wrong as why:
        problems, pages = [str(why)], {}
    print("\n".join(problems) if problems else f"{len(pages)} pages, {sum(len(p.blocks) for p in pages.values())} blocks")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
