#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""debian_changelog.py: prints CHANGELOG.md in the form of Debian's changelog.

Each version of the list is an entry. The newest has the version and the maintainer that are given; if it
is not released yet, its time is SOURCE_DATE_EPOCH, or now. A heading within a version becomes a line in
brackets.

Usage: tools/debian_changelog.py CHANGELOG.md VERSION MAINTAINER
       tools/debian_changelog.py --self-test
"""
import datetime
import os
import re
import sys
import textwrap

WIDTH = 79


def sections(text):
    """Returns (version, date or None, lines) of every version, the newest first."""
    found = []
    for line in text.split("\n"):
        heading = re.fullmatch(r"## (\d+\.\d+\.\d+), (?:not released yet|(\d{4}-\d\d-\d\d))", line)
        if heading:
            found.append((heading[1], heading[2], []))
        elif found:
            found[-1][2].append(line)
    return found


def paragraphs(lines):
    """Joins the lines of each paragraph, list item and heading."""
    found = []
    for line in lines:
        if not line.strip():
            found.append("")
        elif line.startswith(("- ", "### ")) or not found or not found[-1]:
            found.append(line.strip())
        else:
            found[-1] += " " + line.strip()
    return [paragraph for paragraph in found if paragraph]


def entry(version, date, lines, maintainer):
    shown = [f"factor-gpu ({version}) unstable; urgency=medium", ""]
    for paragraph in paragraphs(lines):
        if paragraph.startswith("### "):
            if shown[-1]:
                shown.append("")
            shown.append(f"  [ {paragraph[4:]} ]")
        else:
            text = paragraph[2:] if paragraph.startswith("- ") else paragraph
            shown += textwrap.wrap(text, WIDTH, initial_indent="  * ", subsequent_indent="    ",
                                   break_long_words=False, break_on_hyphens=False)
    time = date.strftime("%a, %d %b %Y %H:%M:%S +0000")
    return "\n".join(shown + ["", f" -- {maintainer}  {time}", ""])


def changelog(text, version, maintainer, now):
    entries = []
    for upstream, day, lines in sections(text):
        date = now
        if day:
            date = datetime.datetime.fromisoformat(day).replace(tzinfo=datetime.timezone.utc)
        entries.append(entry(f"{upstream}-1" if entries else version, date, lines, maintainer))
    if not entries:
        sys.exit("debian_changelog: the list has no heading '## VERSION, DATE'")
    return "\n".join(entries)


def self_test():
    text = """# Changes

## 0.2.0, not released yet

### The library

- One thing that is long enough to need a second line, because the first one has no room for it,
  and a `word`.
- Another.

## 0.1.0, 2026-01-02

The first version.
"""
    expected = """factor-gpu (0.2.0~x-1) unstable; urgency=medium

  [ The library ]
  * One thing that is long enough to need a second line, because the first one
    has no room for it, and a `word`.
  * Another.

 -- A Name <a@example.org>  Thu, 01 Jan 1970 00:00:00 +0000

factor-gpu (0.1.0-1) unstable; urgency=medium

  * The first version.

 -- A Name <a@example.org>  Fri, 02 Jan 2026 00:00:00 +0000
"""
    epoch = datetime.datetime.fromtimestamp(0, datetime.timezone.utc)
    made = changelog(text, "0.2.0~x-1", "A Name <a@example.org>", epoch)
    assert made == expected, made
    print("debian_changelog: its self-test passed")


def main():
    if sys.argv[1:] == ["--self-test"]:
        self_test()
    elif len(sys.argv) == 4:
        with open(sys.argv[1], encoding="utf-8") as file:
            text = file.read()
        seconds = os.environ.get("SOURCE_DATE_EPOCH")
        utc = datetime.timezone.utc
        now = datetime.datetime.fromtimestamp(int(seconds), utc) if seconds else datetime.datetime.now(utc)
        print(changelog(text, sys.argv[2], sys.argv[3], now), end="")
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
