#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""version.py: the version of the project, and the files that repeat it.

It stands in CMakeLists.txt, project(VERSION). The public header, CITATION.cff, the newest heading of
CHANGELOG.md and the recipes in packaging/ repeat it, each in the language of its reader. The day of a
release stands in CHANGELOG.md, CITATION.cff and the man page.

Usage: tools/version.py                   prints the version
       tools/version.py --check           checks that all of them agree
       tools/version.py --open VERSION    begins a version: the next changes go under its heading
       tools/version.py --release DATE    ends it: the version that is open is released on this day
       tools/version.py --self-test
"""
import datetime
import os
import re
import shutil
import sys
import tempfile

VERSION = r"(\d+\.\d+\.\d+)"
SOURCE = ("CMakeLists.txt", rf"(?m)^project\(factor-gpu VERSION {VERSION}\b")
COPIES = (
    ("CITATION.cff", rf"(?m)^version: {VERSION}$"),
    ("packaging/conda/meta.yaml", rf'set version = "{VERSION}"'),
    ("packaging/spack/package.py", rf'version\("{VERSION}", sha256='),
    ("packaging/spack/package.py", rf'url = "[^"]*-{VERSION}\.tar\.gz"'),
)
# These name the interface alone, which a minor version may change.
MINOR_COPIES = (
    ("tests/consumer/CMakeLists.txt", r"find_package\(factor-gpu (\d+\.\d+) "),
    ("doc/LIBRARY.md", r"find_package\(factor-gpu (\d+\.\d+) "),
)
HEADER = "include/factor_gpu.h"
PARTS = ("MAJOR", "MINOR", "PATCH")
CHANGES = "CHANGELOG.md"
HEADING = rf"(?m)^## {VERSION}, (not released yet|\d{{4}}-\d\d-\d\d)$"
CITATION_DATE = r"(?m)^date-released: (.*)\n"
MANUAL = "doc/factor-gpu.1"
MANUAL_DATE = r"(?m)^\.Dd (.*)$"


class Project:
    """The files that have the version, below a folder."""

    def __init__(self, root):
        self.root = root

    def read(self, name):
        with open(os.path.join(self.root, name), encoding="utf-8") as file:
            return file.read()

    def write(self, name, text):
        with open(os.path.join(self.root, name), "w", encoding="utf-8") as file:
            file.write(text)

    def find(self, name, pattern):
        """Returns what the file says, or ends with where it should say it."""
        found = re.search(pattern, self.read(name))
        if not found:
            sys.exit(f"version: {name} has no line like '{pattern}'")
        return found

    def replace(self, name, pattern, value):
        """Puts a value where the first group of the pattern stands."""
        found = self.find(name, pattern)
        self.write(name, found.string[:found.start(1)] + value + found.string[found.end(1):])

    def version(self):
        return self.find(*SOURCE)[1]

    def header_pattern(self, part):
        return rf"(?m)^#define FG_VERSION_{part} (\d+)$"

    def copies(self):
        """Yields (where it is, what it says) of every copy of the version."""
        for name, pattern in COPIES:
            yield name, self.find(name, pattern)[1]
        yield HEADER, ".".join(self.find(HEADER, self.header_pattern(part))[1] for part in PARTS)
        yield CHANGES, self.find(CHANGES, HEADING)[1]

    def complaints(self):
        version = self.version()
        wrong = [f"{name} says {said}, CMakeLists.txt {version}" for name, said in self.copies() if said != version]
        for name, pattern in MINOR_COPIES:
            said = self.find(name, pattern)[1]
            if not version.startswith(said + "."):
                wrong.append(f"{name} asks for {said}, CMakeLists.txt says {version}")
        return wrong + self.date_complaints()

    def date_complaints(self):
        wrong = []
        headings = re.findall(HEADING, self.read(CHANGES))
        numbers = [tuple(map(int, version.split("."))) for version, _ in headings]
        if numbers != sorted(set(numbers), reverse=True):
            wrong.append(f"{CHANGES}: the versions do not go down")
        if any(date == "not released yet" for _, date in headings[1:]):
            wrong.append(f"{CHANGES}: only the newest version can be unreleased")
        newest = headings[0][1]
        cited = re.search(CITATION_DATE, self.read("CITATION.cff"))
        if newest == "not released yet":
            if cited:
                wrong.append("CITATION.cff has a date-released, and the version is not released yet")
            newest = headings[1][1] if len(headings) > 1 else "0001-01-01"
        elif not cited or cited[1] != newest:
            wrong.append(f"CITATION.cff must say 'date-released: {newest}', as {CHANGES} does")
        shown = self.find(MANUAL, MANUAL_DATE)[1]
        if datetime.datetime.strptime(shown, "%B %d, %Y").date().isoformat() < newest:
            wrong.append(f"{MANUAL} is of {shown}, before the release of {newest}")
        return wrong

    def set_version(self, version):
        for name, pattern in (SOURCE,) + COPIES:
            self.replace(name, pattern, version)
        for name, pattern in MINOR_COPIES:
            self.replace(name, pattern, version.rpartition(".")[0])
        for part, value in zip(PARTS, version.split(".")):
            self.replace(HEADER, self.header_pattern(part), value)

    def open(self, version):
        heading = self.find(CHANGES, HEADING)
        if heading[2] == "not released yet": # it gets another number
            self.replace(CHANGES, HEADING, version)
        else:
            text = heading.string
            at = heading.start()
            self.write(CHANGES, f"{text[:at]}## {version}, not released yet\n\n{text[at:]}")
        self.set_version(version)
        self.write("CITATION.cff", re.sub(CITATION_DATE, "", self.read("CITATION.cff")))

    def release(self, day):
        heading = self.find(CHANGES, HEADING)
        if heading[2] != "not released yet":
            sys.exit(f"version: {heading[1]} was released on {heading[2]}; begin the next with --open VERSION")
        text = heading.string
        self.write(CHANGES, text[:heading.start(2)] + day.isoformat() + text[heading.end(2):])
        cited = self.find("CITATION.cff", COPIES[0][1])
        end = cited.end() + 1
        self.write("CITATION.cff", f"{cited.string[:end]}date-released: {day}\n{cited.string[end:]}")
        self.replace(MANUAL, MANUAL_DATE, f"{day:%B} {day.day}, {day.year}")


def files():
    names = {name for name, _ in (SOURCE,) + COPIES + MINOR_COPIES}
    return sorted(names | {HEADER, CHANGES, MANUAL})


def parsed_version(text):
    if not re.fullmatch(VERSION, text):
        sys.exit(f"version: '{text}' is not a version such as 0.3.0")
    return text


def parsed_day(text):
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        sys.exit(f"version: '{text}' is not a day such as 2026-12-31")


def self_test(root):
    with tempfile.TemporaryDirectory() as copy:
        for name in files():
            os.makedirs(os.path.dirname(os.path.join(copy, name)), exist_ok=True)
            shutil.copy(os.path.join(root, name), os.path.join(copy, name))
        project = Project(copy)
        project.open("7.8.9")
        assert project.version() == "7.8.9" and not project.complaints(), project.complaints()
        project.release(datetime.date(2097, 12, 1))
        assert not project.complaints(), project.complaints()
        assert "## 7.8.9, 2097-12-01\n" in project.read(CHANGES)
        assert ".Dd December 1, 2097\n" in project.read(MANUAL)
        assert "version: 7.8.9\ndate-released: 2097-12-01\n" in project.read("CITATION.cff")
        project.open("7.9.0")
        assert "## 7.9.0, not released yet\n\n## 7.8.9, 2097" in project.read(CHANGES)
        assert not project.complaints(), project.complaints()
        # Every copy that is changed alone is noticed.
        for name in files():
            right = project.read(name)
            wrong = right.replace("7.9.0", "7.9.1", 1).replace("factor-gpu 7.9 ", "factor-gpu 7.8 ")
            wrong = re.sub(r"(define FG_VERSION_PATCH) 0", r"\1 1", wrong)
            wrong = wrong.replace(".Dd December 1, 2097", ".Dd December 1, 2096")
            assert wrong != right, name
            project.write(name, wrong)
            assert project.complaints(), f"a change of {name} went unnoticed"
            project.write(name, right)
        assert not project.complaints(), project.complaints()
    print("version: its self-test passed")


def main():
    arguments = sys.argv[1:]
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    project = Project(root)
    if not arguments:
        print(project.version())
    elif arguments == ["--self-test"]:
        self_test(root)
    elif arguments == ["--check"]:
        wrong = project.complaints()
        for complaint in wrong:
            print(f"version: {complaint}", file=sys.stderr)
        sys.exit(1 if wrong else 0)
    elif arguments[0] == "--open" and len(arguments) == 2:
        project.open(parsed_version(arguments[1]))
    elif arguments[0] == "--release" and len(arguments) == 2:
        project.release(parsed_day(arguments[1]))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
