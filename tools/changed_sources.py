#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""changed_sources.py: prints the C sources that a change since the last tag may have touched.

These are the files of src/ and bench/ that differ from the newest tag that HEAD comes after, or are not
committed, and those that include one of them, directly or through others. Without a tag, or after a
change of what decides the checks themselves (.clang-tidy, dev, tools/), all of them are.

Usage: tools/changed_sources.py            prints the sources, one a line
       tools/changed_sources.py --since    prints the tag, or nothing
       tools/changed_sources.py --self-test
"""
import os
import subprocess
import sys
import tempfile

from check_layers import Tree

DECIDES_CHECKS = (".clang-tidy", "dev", "tools/")


def git(root, *arguments):
    """Returns the lines of a command's output; none where it fails."""
    done = subprocess.run(("git", "-C", root) + arguments, capture_output=True, text=True, check=False)
    return done.stdout.splitlines() if done.returncode == 0 else []


def last_tag(root):
    lines = git(root, "describe", "--tags", "--abbrev=0")
    return lines[0] if lines else None


def changed_files(root, tag):
    """What differs from the tag, and what git does not know yet."""
    return set(git(root, "diff", "--name-only", tag, "--") +
               git(root, "ls-files", "--others", "--exclude-standard"))


def affected(tree, changed):
    """The changed files and all that include them."""
    found = set(changed)
    while True:
        more = {path for path, included in tree.includes if included in found} - found
        if not more:
            return found
        found |= more


def changed_sources(root):
    tree = Tree(root)
    sources = sorted(path for path in tree.texts
                     if path.endswith(".c") and path.startswith(("src/", "bench/")))
    tag = last_tag(root)
    if tag is None:
        return sources
    changed = changed_files(root, tag)
    if any(path.startswith(DECIDES_CHECKS) for path in changed):
        return sources
    found = affected(tree, changed)
    return [path for path in sources if path in found]


def self_test():
    """A repository of five files: a header that two sources include, one of them by another header."""
    with tempfile.TemporaryDirectory() as root:
        def write(path, text):
            os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
            with open(os.path.join(root, path), "w", encoding="ascii") as file:
                file.write(text)

        write("src/a/low.h", "int low(void);\n")
        write("src/a/low.c", '#include "a/low.h"\n')
        write("src/a/high.h", '#include "a/low.h"\n')
        write("src/a/high.c", '#include "a/high.h"\n')
        write("src/a/alone.c", "int alone;\n")
        everything = ["src/a/alone.c", "src/a/high.c", "src/a/low.c"]
        who = ("-c", "user.name=t", "-c", "user.email=t@localhost")
        git(root, "init", "-q")
        git(root, "add", "-A")
        git(root, *who, "commit", "-qm", "all")
        assert changed_sources(root) == everything, "without a tag"
        git(root, *who, "tag", "v1")
        assert not changed_sources(root), "nothing has changed"
        write("src/a/low.h", "int low(int);\n")
        assert changed_sources(root) == ["src/a/high.c", "src/a/low.c"], "a header"
        git(root, *who, "commit", "-qam", "low")
        write("src/a/new.c", "int fresh;\n")
        assert changed_sources(root) == ["src/a/high.c", "src/a/low.c", "src/a/new.c"], "a new file"
        write("dev", "lint\n")
        assert changed_sources(root) == sorted(everything + ["src/a/new.c"]), "the checks"
    print("changed_sources: its self-test passed")


def main():
    if sys.argv[1:] == ["--self-test"]:
        self_test()
    elif sys.argv[1:] == ["--since"]:
        print(last_tag(".") or "", end="")
    elif not sys.argv[1:]:
        print("\n".join(changed_sources(".")))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
