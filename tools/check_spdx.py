#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check_spdx.py: checks that every source file names its licence in its first line.

The line is `SPDX-License-Identifier: MIT` as a comment of the file's language: one form for each
language. It is the first line of the file, or the second if the first is `#!`.

Usage: tools/check_spdx.py              checks the files that git knows or would add
       tools/check_spdx.py --fix        writes the line where it is missing, and moves it where it belongs
       tools/check_spdx.py --self-test  checks itself, on small files with known mistakes
"""
import os
import re
import subprocess
import sys
import tempfile

WORDS = "SPDX-License-Identifier: MIT"
C_COMMENT, LINE_COMMENT, HASH, ROFF = f"/* {WORDS} */", f"// {WORDS}", f"# {WORDS}", f'.\\" {WORDS}'
# The form for each language, by the end of the file's name.
FORMS = (
    (".c", C_COMMENT), (".h", C_COMMENT), (".cu", C_COMMENT), (".cuh", C_COMMENT), (".map.in", C_COMMENT),
    (".cpp", LINE_COMMENT),
    (".cmake", HASH), (".cmake.in", HASH), (".pc.in", HASH), ("CMakeLists.txt", HASH),
    (".sh", HASH), (".py", HASH), (".pyi", HASH),
    (".1", ROFF), ("Containerfile", HASH), (".def", HASH), ("meta.yaml", HASH), (".ini", HASH),
)
# Scripts without an ending.
SCRIPTS = ("dev", os.path.join(".ci", "run"))
# The line counts as misplaced, and is moved, if it is among the first of a file.
SEARCHED_LINES = 10


def form_of(path):
    """Returns the line that the file must have, or None if it needs none."""
    if path in SCRIPTS:
        return HASH
    for end, form in FORMS:
        if path.endswith(end):
            return form
    return None


def place_of(lines):
    return 1 if lines and lines[0].startswith("#!") else 0


def is_right(lines, form):
    place = place_of(lines)
    others = lines[:place] + lines[place + 1:SEARCHED_LINES]
    return len(lines) > place and lines[place] == form and not any(is_licence(line) for line in others)


def is_licence(line):
    return re.fullmatch(r"\W*SPDX-License-Identifier:.*", line) is not None


def fixed(lines, form):
    kept = [line for i, line in enumerate(lines) if i >= SEARCHED_LINES or not is_licence(line)]
    place = place_of(kept)
    return kept[:place] + [form] + kept[place:]


def source_files(root):
    command = ["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, check=True, capture_output=True).stdout.decode().split("\0")
    return sorted(name for name in set(names) if name and os.path.isfile(os.path.join(root, name)))


def read_lines(path):
    with open(path, encoding="utf-8") as file:
        return file.read().split("\n")


def check_file(root, name, fix):
    """Returns a complaint about the file, or None; with `fix` the file is mended instead."""
    form = form_of(name)
    if form is None:
        return None
    path = os.path.join(root, name)
    lines = read_lines(path)
    if is_right(lines, form):
        return None
    if fix:
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(fixed(lines, form)))
        return None
    return f"{name}:{place_of(lines) + 1}: this line must be '{form}'; tools/check_spdx.py --fix writes it"


# A name, a text, the text that --fix must make of it; None: the text is right.
SELF_TESTS = (
    ("right.c", f"{C_COMMENT}\n/*\n * right.c\n */\n", None),
    ("right.py", f"#!/usr/bin/env python3\n{HASH}\nimport os\n", None),
    ("missing.h", "/*\n * missing.h\n */\n", f"{C_COMMENT}\n/*\n * missing.h\n */\n"),
    ("missing.sh", "#!/bin/sh\necho\n", f"#!/bin/sh\n{HASH}\necho\n"),
    ("dev", "#!/bin/sh\n", f"#!/bin/sh\n{HASH}\n"),
    ("other_form.cpp", f"{C_COMMENT}\nint x;\n", f"{LINE_COMMENT}\nint x;\n"),
    ("other_place.cu", f"/*\n * A kernel.\n */\n{C_COMMENT}\n", f"{C_COMMENT}\n/*\n * A kernel.\n */\n"),
    ("other_licence.c", "/* SPDX-License-Identifier: GPL-2.0 */\nint x;\n", f"{C_COMMENT}\nint x;\n"),
    ("twice.c", f"{C_COMMENT}\n{C_COMMENT}\nint x;\n", f"{C_COMMENT}\nint x;\n"),
    ("empty.cmake", "", f"{HASH}\n"),
    ("CMakeLists.txt", "project(x)\n", f"{HASH}\nproject(x)\n"),
    ("notes.md", "no source\n", None),
)


def self_test():
    for name, text, expected in SELF_TESTS:
        with tempfile.TemporaryDirectory() as root:
            path = os.path.join(root, name)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            complaint = check_file(root, name, fix=False)
            check_file(root, name, fix=True)
            result = "\n".join(read_lines(path))
            left = check_file(root, name, fix=False)
        if (complaint is None) != (expected is None) or result != (text if expected is None else expected) or left:
            sys.exit(f"{sys.argv[0]}: self-test with {name}: complaint {complaint}, then {left}, text {result!r}")


def main():
    if "--self-test" in sys.argv[1:]:
        self_test()
        return
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    names = source_files(root)
    if sum(form_of(name) is not None for name in names) < 50:
        sys.exit(f"only {len(names)} files were found to check; is this a git checkout?")
    complaints = [check_file(root, name, fix="--fix" in sys.argv[1:]) for name in names]
    complaints = [complaint for complaint in complaints if complaint]
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    sys.exit(1 if complaints else 0)


if __name__ == "__main__":
    main()
