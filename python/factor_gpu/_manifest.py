# SPDX-License-Identifier: MIT
"""Rows of a manifest: a JSON object on a line for each part that ended, as the program's --manifest
writes them and --verify-manifest checks them.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import stat
import struct
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ._sources import MAX_PARTS, Numbers, count, digest_file

FORMAT = "factor-gpu manifest"
VERSION = 1

#: Of a run that ended well: it answered all of its input, or all but what was bad in it.
ENDED_WELL = (0, 1)

_LOCK_TRIES = 1000
_LOCK_WAIT_SECONDS = 0.01
_DIGESTS = ("numbers_sha256", "output_sha256")

Row = dict[str, Any]


class NumberDigest:
    """SHA-256 of the numbers of a part: eight bytes each, and of a range that is answered as one
    its first number, its count, 0, and how many numbers lie before it, as the man page says."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self._since_range = 0
        self._has_ranges = False
        self._range = range(0)
        self.count = 0

    def add(self, numbers: Numbers) -> None:
        self.count += len(numbers)
        if not isinstance(numbers, range):
            self._close_range()
            self._digest.update(np.ascontiguousarray(numbers, dtype="<u8").data)
            self._since_range += len(numbers)
        elif self._range and self._range.stop == numbers.start:
            self._range = range(self._range.start, numbers.stop)
        else:
            self._close_range()
            self._range = numbers

    def _close_range(self) -> None:
        if self._range:
            words = (self._range.start, count(self._range), 0, self._since_range)
            self._digest.update(struct.pack("<4Q", *words))
            self._since_range = 0
            self._has_ranges = True
        self._range = range(0)

    def hex(self) -> str:
        """Returns the digest. No numbers can be added after it."""
        self._close_range()
        if self._has_ranges:
            self._digest.update(struct.pack("<QB", self._since_range, 1))
        return self._digest.hexdigest()


# ---- The file ----


def _lock(descriptor: int) -> None:
    """Locks the file against other parts and programs; goes on without if there are no locks."""
    whole = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
    for _ in range(_LOCK_TRIES):
        try:
            fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, whole)
            return
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EACCES):
                return
        time.sleep(_LOCK_WAIT_SECONDS)


def open_file(path: str) -> int:
    """Opens the file for rows at its end, and makes it if it is not there. OSError if it cannot be
    written."""
    return os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o666)


def append(path: str, row: Row) -> None:
    """Appends a row in one write, and syncs it to the disk. OSError if that fails."""
    # A file's name may be any bytes, and JSON is UTF-8.
    line = json.dumps(row, ensure_ascii=False).encode(errors="replace") + b"\n"
    descriptor = open_file(path)
    try:
        _lock(descriptor)
        size = os.fstat(descriptor).st_size
        if size > 0 and os.pread(descriptor, 1, size - 1) != b"\n":
            line = b"\n" + line  # a writer that was killed has left half a line
        written = os.write(descriptor, line)
        if written < len(line):
            os.ftruncate(descriptor, size)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(descriptor)
    except OSError as error:
        error.filename = path
        raise
    finally:
        os.close(descriptor)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _find_damage(row: Any) -> str | None:
    """Returns what is wrong with a row, or None."""
    if not isinstance(row, dict) or row.get("format") != FORMAT:
        return "it is no line of a manifest; remove it, and run the part again if it has no other"
    if row.get("version") != VERSION:
        return "it is a line of another version, which this one cannot check"
    counts = ("part", "of", "numbers", "bytes", "exit_status")
    texts = [row.get("numbers_sha256"), row.get("options")]
    names = [row.get("output"), row.get("output_sha256")]
    inputs = row.get("input")
    is_whole = (
        all(_is_count(row.get(key)) for key in counts)
        and 1 <= row["part"] <= row["of"] <= MAX_PARTS
        and all(isinstance(text, str) for text in texts)
        and all(name is None or isinstance(name, str) for name in names)
        and isinstance(inputs, list)
        and all(isinstance(i, dict) and isinstance(i.get("name"), str) for i in inputs)
    )
    damaged = "it is damaged; remove it, and run the part again if it has no other"
    return None if is_whole else damaged


def read_rows(path: str, text: str = "") -> tuple[list[Row], list[str]]:
    """Reads the rows that hold a text, and what is wrong with the others."""
    rows: list[Row] = []
    problems: list[str] = []
    with open(path, encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, 1):
            if not line.strip() or text not in line:
                continue
            try:
                row = json.loads(line)
            except ValueError:
                row = None
            damage = _find_damage(row)
            if damage is None:
                rows.append(row)
            else:
                problems.append(f"{path}:{number}: {damage}")
    return rows, problems


# ---- Checking ----


@dataclass
class Whole:
    """The parts of one input that were answered with the same options."""

    #: The names of the inputs, and the options that shape the output.
    inputs: tuple[str, ...]
    options: str
    of: int
    #: The row of each part that ended well: of several the last.
    rows: dict[int, Row] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    outputs_checked: int = 0
    #: Outputs that are not here, as on another machine, or went to standard output.
    outputs_missing: int = 0

    @property
    def numbers(self) -> int:
        return sum(row["numbers"] for row in self.rows.values())

    @property
    def bytes(self) -> int:
        return sum(row["bytes"] for row in self.rows.values())

    @property
    def missing(self) -> list[int]:
        """The parts that no run has answered."""
        return [part for part in range(1, self.of + 1) if part not in self.rows]


@dataclass
class Verdict:
    """The outcome of verify(). It is true if nothing is wrong."""

    wholes: list[Whole]
    #: All that is wrong, a sentence each.
    problems: list[str]

    def __bool__(self) -> bool:
        return not self.problems

    def __str__(self) -> str:
        return "\n".join(self.problems) or "all parts are there"


def ended_well(row: Row) -> bool:
    is_strict = "strict=yes" in row["options"]
    return row["output_sha256"] is not None and row["exit_status"] in ENDED_WELL[: 2 - is_strict]


def _input_digests(row: Row) -> list[str | None]:
    return [one.get("sha256") for one in row["input"]]


def _open_name(path: str, name: str) -> str | None:
    """Returns where an output is: by its name, or in the folder of the manifest."""
    for candidate in (name, os.path.join(os.path.dirname(path), name)):
        if os.path.exists(candidate) and stat.S_ISREG(os.stat(candidate).st_mode):
            return candidate
    return None


def _check_output(path: str, whole: Whole, row: Row, missing_ok: bool) -> None:
    name = _open_name(path, row["output"]) if row["output"] is not None else None
    if name is None:
        whole.outputs_missing += 1
        where = f"{row['output']} is not here" if row["output"] else "it went to standard output"
        if not missing_ok:
            whole.problems.append(f"part {row['part']}: {where}, so it cannot be checked")
        return
    size = os.stat(name).st_size
    if size != row["bytes"] or digest_file(name) != row["output_sha256"]:
        whole.problems.append(
            f"part {row['part']}: {row['output']} has changed: it has {size} bytes, and was "
            f"written with {row['bytes']} and SHA-256 {row['output_sha256'][:16]}..."
        )
        return
    whole.outputs_checked += 1


def _check_part(path: str, whole: Whole, runs: list[Row], missing_ok: bool) -> None:
    """Checks the runs of a part that ended well, of which the last counts."""
    last, part = runs[-1], runs[-1]["part"]
    _check_output(path, whole, last, missing_ok)
    for earlier in runs[:-1]:
        is_replaced = earlier["output"] is not None and earlier["output"] == last["output"]
        outputs = f"{earlier['output']} and {last['output']}"
        if whole.of > 1 and not is_replaced:
            whole.problems.append(f"part {part} is there twice: in {outputs}")
        had_same = (
            _input_digests(earlier) == _input_digests(last)
            and earlier["numbers_sha256"] == last["numbers_sha256"]
        )
        if had_same and earlier["output_sha256"] != last["output_sha256"]:
            whole.problems.append(
                f"part {part} differs: two runs over the same numbers wrote {outputs}"
            )


def _check_whole(path: str, rows: Iterable[Row], missing_ok: bool) -> Whole:
    rows = list(rows)
    inputs = tuple(one["name"] for one in rows[0]["input"])
    whole = Whole(inputs, rows[0]["options"], rows[0]["of"])
    runs: dict[int, list[Row]] = {}
    failed: dict[int, Row] = {}
    for row in rows:
        if ended_well(row):
            runs.setdefault(row["part"], []).append(row)
        else:
            failed[row["part"]] = row
    whole.rows = {part: runs[part][-1] for part in sorted(runs)}
    for part in range(1, whole.of + 1):
        if part in runs:
            _check_part(path, whole, runs[part], missing_ok)
            if _input_digests(runs[part][-1]) != _input_digests(next(iter(whole.rows.values()))):
                whole.problems.append(f"part {part} differs: it had another input than the first")
        elif part in failed:
            status = failed[part]["exit_status"]
            whole.problems.append(
                f"part {part} is missing: its run ended with exit status {status}"
            )
        else:
            whole.problems.append(f"part {part} is missing")
    return whole


def _have_joined_bytes(options: str) -> bool:
    """Returns whether the outputs of all parts, one after the other, are that of the whole."""
    return not any(word in options for word in ("format=npy", "format=parquet", " total=yes"))


def _check_sums(parts: Whole, wholes: list[Whole]) -> None:
    """Compares the sums of all parts with a run over the whole, if there is one."""
    for whole in wholes:
        is_same = whole.of == 1 and parts.of > 1 and not whole.missing and not parts.missing
        if not is_same or (whole.inputs, whole.options) != (parts.inputs, parts.options):
            continue
        if _input_digests(whole.rows[1]) != _input_digests(parts.rows[1]):
            continue
        if parts.numbers != whole.numbers:
            parts.problems.append(
                f"the parts have {parts.numbers} numbers, a run over the whole {whole.numbers}"
            )
        elif _have_joined_bytes(parts.options) and parts.bytes != whole.bytes:
            parts.problems.append(
                f"the parts have {parts.bytes} bytes, a run over the whole {whole.bytes}"
            )


def check(path: str, missing_ok: bool) -> Verdict:
    rows, problems = read_rows(path)
    groups: dict[tuple[object, ...], list[Row]] = {}
    for row in rows:
        names = tuple(one["name"] for one in row["input"])
        groups.setdefault((row["of"], row["options"], names), []).append(row)
    wholes = [_check_whole(path, group, missing_ok) for group in groups.values()]
    for whole in wholes:
        _check_sums(whole, wholes)
        problems += whole.problems
    if not rows and not problems:
        problems.append("no run is in this manifest")
    return Verdict(wholes, problems)
