# SPDX-License-Identifier: MIT
"""Answer an input in parts, on one machine or on many.

    from factor_gpu import parts

    for one in parts.plan("numbers.npy", of=64):
        done = parts.factor_part(one.source, one.part, one.of, f"part{one.part:03d}.npy",
                                 ["phi", "sigma"], manifest="parts.jsonl")
        print(done.part, done.exit_status, *done.complaints)
    print(parts.verify("parts.jsonl").problems)

`factor_part` is a plain function of values that can be pickled, so that anything that runs functions
on other machines can run it: Dask, Ray, concurrent.futures, a Slurm job. It reads its own share of
the input and writes its own file; what it returns is a row of a table. No numbers and no answers go
through a scheduler.

A part that was complete is left as it is, so that all parts can be run again after an interruption.
"""

from __future__ import annotations

import json
import math
import operator
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, SupportsIndex

import numpy as np

from . import _formats, _manifest, _sources
from ._core import Engine, build_info
from ._formats import Column
from ._manifest import Verdict, Whole
from ._sources import Source, SourceError

__all__ = [
    "Part",
    "Slice",
    "Source",
    "SourceError",
    "Verdict",
    "Whole",
    "factor_part",
    "plan",
    "verify",
]

#: The exit statuses of the program, which the rows have.
_ANSWERED, _BAD_INPUT, _UNREADABLE, _UNWRITTEN = 0, 1, 3, 6

#: Numbers that are answered at once: some 2^20 values of each column, or 8 MiB.
_PIECE_NUMBERS = 1 << 20
_LISTED_NUMBERS = {"primes": 1 << 17, "divisors": 1 << 15}
#: A quarter of a GiB for each column.
_MAX_SIEVED_NUMBERS = 1 << 25


@dataclass(frozen=True)
class Slice:
    """One part of a plan. Small, and can be pickled."""

    source: Source
    #: 1 .. of
    part: int
    of: int


@dataclass(frozen=True)
class Part:
    """A part that is complete: what its row in the manifest says. Small, and can be pickled."""

    part: int
    of: int
    #: The file, and its size and SHA-256.
    output: str
    bytes: int
    sha256: str
    #: How many numbers were answered, and their SHA-256.
    numbers: int
    numbers_sha256: str
    seconds: float
    backend: str
    #: As of the program: 0, or 1 if something in the input was bad and the rest was answered.
    exit_status: int
    #: What was bad, with its place.
    complaints: tuple[str, ...] = ()
    #: It was complete before.
    was_there: bool = False

    def __str__(self) -> str:
        """A line, and one more for each complaint."""
        when = "complete before" if self.was_there else f"{self.seconds:.1f} s"
        line = f"part {self.part}: {self.numbers} numbers, {when}, exit status {self.exit_status}"
        return "\n    ".join([line, *self.complaints])


def plan(
    source: range | str | os.PathLike[str],
    of: int,
    *,
    column: str | None = None,
    digest: bool = True,
) -> list[Slice]:
    """Cuts a source into parts.

    `source` is a .npy file of whole numbers in one dimension, a Parquet file, a text, or a range:
    range(1, 10**12 + 1) or "1..10^12". `column` names the column of a Parquet file that has several;
    "numbers.parquet:n" does, too. `of` is from 1 to 1000000. Ranges, arrays and texts are cut where
    `factor-gpu --shard` cuts them, Parquet files between row groups: with more parts than row groups
    some have no numbers.

    With `digest` a file is read once, so that the manifest tells two inputs of the same name apart.
    Without it no part is ever taken for complete: each is answered whenever it is run.

    The file must stay as it is until all parts are complete; a part of a changed one is refused.

    ValueError if the source is none of these, OSError if it cannot be read.
    """
    _refuse_no_source(source)
    of = _number("of", of)
    described = _sources.describe(source, column, digest)
    _sources.check_part(1, of)
    return [Slice(described, part, of) for part in range(1, of + 1)]


def factor_part(
    source: Source | range | str | os.PathLike[str],
    part: int,
    of: int,
    destination: str | os.PathLike[str],
    columns: str | Sequence[str | tuple[str, int]],
    *,
    column: str | None = None,
    manifest: str | os.PathLike[str] | None = None,
    backend: str = "auto",
    devices: Sequence[int] | Literal["all"] | None = None,
    jobs: int = 0,
) -> Part:
    """Answers one part of a source and writes it to a file of its own.

    `source` is as in plan(), or what a Slice of it has; without a plan a file is read once more for
    its digest. `columns` are names as --show has them: "primes", "divisors", "phi", "smooth=100", or
    ("smooth", 100).

    `destination` ends with .npy or .u64le, and has the bytes that the program writes with --format,
    or with .parquet, and has n and a column for each. It appears when it is complete: until then the
    file has another name beside it, and whatever a killed run has left there goes with the next run
    of the part. The folder must be there.

    With `manifest` the part appends its row to that file, which parts and programs on all machines
    can share; and a part that is complete according to it, over an input of the same digest, is left
    as it is. A destination that has, according to it, a part of another input, of other columns or of
    another number of parts is refused with FileExistsError. No file is two of source, destination and
    manifest: ValueError.

    A bad number (0, negative, missing, no number) is left out, and Part.complaints says where it
    was; with the column "primes" alone 0 is answered with none. ValueError for an argument that
    makes no sense, OSError if the source cannot be read or the file not be written (SourceError if
    the source has changed since its plan), and the errors of Engine: then no file appears, and the
    part can be run again.

    `backend`, `devices` and `jobs` are those of Engine: devices="all" uses all GPUs of the machine.
    One engine is kept for each thread of the process and each choice of backend, devices and jobs.
    """
    _refuse_no_source(source)
    part, of = _number("part", part), _number("of", of)
    _refuse_no_path("destination", destination)
    if manifest is not None:
        _refuse_no_path("manifest", manifest)
    if not isinstance(columns, Iterable) or isinstance(columns, bytes):
        raise TypeError(f"columns is {columns!r}, of the type {type(columns).__name__}; it is a list of names, "
                        "as in ['phi', 'smooth=100']")
    asked = _formats.name_columns(columns)
    name = os.fspath(destination)
    words = _describe_options(asked, _formats.format_of(name, asked))
    _sources.check_part(part, of)
    path = os.fspath(manifest) if manifest is not None else None
    if path is not None:  # before the work, which would be in vain
        _refuse_same_file("destination", name, "the manifest", path)
        os.close(_manifest.open_file(path))
    described = _sources.describe(source, column)
    if described.kind != "range":
        _refuse_same_file("destination", name, "the source", described.name)
        if path is not None:
            _refuse_same_file("manifest", path, "the source", described.name)
    row = _begin_row(described, part, of, name, words)
    last = _find_written(path, row) if path is not None else None
    began = time.monotonic()
    # As GNU factor, which answers 0 with no primes.
    complaints = _sources.Complaints(described.name, least=0 if asked == ("primes",) else 1)
    try:
        _sources.check_unchanged(described)
        done = _find_complete(last, row)
        if done is not None:
            return done
        engine = _engines.get(backend, devices, jobs)
        _answer(described, row, engine, asked, complaints)
    except Exception as error:
        _engines.drop()
        row["exit_status"] = _UNREADABLE if isinstance(error, SourceError) else _UNWRITTEN
        if path is not None and isinstance(error, OSError):
            _append_failure(path, row, time.monotonic() - began)
        raise
    row["backend"], row["jobs"] = engine.backend, engine.jobs
    row["seconds"] = round(time.monotonic() - began, 6)
    row["exit_status"] = _BAD_INPUT if complaints.count > 0 else _ANSWERED
    if path is not None:
        _append(path, row)
    return _part_of(row, complaints.all())


def verify(manifest: str | os.PathLike[str], *, missing_ok: bool = False) -> Verdict:
    """Checks that all parts are there, belong together, and have files as they were written.

    A file is looked for by its name and in the folder of the manifest. One that is in neither place
    is a problem, unless `missing_ok`: then the files that are here are checked, and Whole counts the
    others, as `factor-gpu --verify-manifest` does, which takes the same manifest.

    What is wrong is in Verdict.problems; a verdict is true if nothing is. OSError if the manifest
    cannot be read.
    """
    _refuse_no_path("manifest", manifest)
    return _manifest.check(os.fspath(manifest), missing_ok)


# ---- Arguments that are refused ----


def _refuse_no_source(source: Any) -> None:
    if isinstance(source, Slice):
        raise TypeError("source is a Slice; give what it has, as in factor_part(one.source, one.part, one.of, ...)")
    if not isinstance(source, (Source, range, str, os.PathLike)):
        raise TypeError(f"source is of the type {type(source).__name__}; it is a range, or the name of a file: "
                        "save an array with numpy.save(), so that all machines can read it")


def _refuse_no_path(name: str, path: Any) -> None:
    if not isinstance(path, (str, os.PathLike)):
        raise TypeError(f"{name} is {path!r}, of the type {type(path).__name__}; it is the name of a file")


def _refuse_same_file(name: str, path: str, other: str, other_path: str) -> None:
    is_same = os.path.realpath(path) == os.path.realpath(other_path) or (
        os.path.exists(path) and os.path.exists(other_path) and os.path.samefile(path, other_path)
    )
    if is_same:
        raise ValueError(f"{name} {path} would overwrite {other} {other_path}: both are one file; name another "
                         f"file for {name}")


def _number(name: str, number: Any) -> int:
    """Returns a whole number as an int, which a row can hold."""
    if isinstance(number, bool) or not isinstance(number, SupportsIndex):
        raise TypeError(f"{name} is {number!r}, of the type {type(number).__name__}; it is a whole number")
    return operator.index(number)


# ---- One part ----


class _Engines(threading.local):
    """The engines of a thread, which keep their threads and devices from part to part."""

    def __init__(self) -> None:
        self.process = os.getpid()
        self.opened: dict[str, Engine] = {}

    def get(self, backend: str, devices: Sequence[int] | Literal["all"] | None, jobs: int) -> Engine:
        if self.process != os.getpid():  # a fork cannot use the engines of its parent
            self.process, self.opened = os.getpid(), {}
        if isinstance(devices, Iterable) and not isinstance(devices, str):
            devices = tuple(devices)
        key = repr((backend, devices, jobs))
        if key not in self.opened:
            self.opened[key] = Engine(backend=backend, devices=devices, jobs=jobs or None)
        return self.opened[key]

    def drop(self) -> None:
        """Forgets the engines after a failure, because one that has failed answers no more."""
        self.opened = {}


_engines = _Engines()


def _read(
    source: Source, part: int, of: int, complaints: _sources.Complaints
) -> Iterator[_sources.Numbers]:
    """Yields the numbers of a part. Every OSError is a SourceError."""
    try:
        share = _sources.share_of(source, part, of)
        yield from _sources.read_share(source, share, complaints)
    except SourceError:
        raise
    except OSError as error:
        raise SourceError(error.errno, f"cannot be read: {error.strerror}", source.name) from error


def _describe_options(columns: tuple[str, ...], kind: str) -> str:
    """Returns the options that shape the output, as the program writes them."""
    return f"show={','.join(columns)} exponents=no format={kind} strict=no"


def _split(
    numbers: Iterator[_sources.Numbers], columns: tuple[str, ...]
) -> Iterator[_sources.Numbers]:
    """Cuts numbers into pieces that are answered at once, so that memory stays bounded."""
    most = min(_LISTED_NUMBERS.get(name, _PIECE_NUMBERS) for name in columns)
    for these in numbers:
        piece = most
        if isinstance(these, range) and not set(columns) & set(_formats.LISTS):
            # A sieve goes through the primes up to the root once for each piece.
            piece = max(most, min(_MAX_SIEVED_NUMBERS, math.isqrt(these[-1]) >> 6))
        for begin in range(0, _sources.count(these), piece):
            yield these[begin : begin + piece]


def _find_lists(find: Callable[[Any], Any], numbers: _sources.Numbers) -> _formats.Lists:
    """Finds a list for each number, an empty one for 0."""
    if isinstance(numbers, range) or numbers.all():
        lists = find(numbers)
        return lists.offsets, lists.values
    lists = find(numbers[numbers > 0])
    lengths = np.zeros(len(numbers), dtype=np.uint64)
    lengths[numbers > 0] = np.diff(lists.offsets)
    return np.concatenate([np.zeros(1, np.uint64), np.cumsum(lengths)]), lists.values


def _answer_chunk(
    engine: Engine, numbers: _sources.Numbers, columns: tuple[str, ...]
) -> dict[str, Column]:
    """Answers some numbers: an array for each column, or offsets and values of its lists."""
    answers: dict[str, Column] = {}
    for name in columns:
        if name in _formats.LISTS:
            find = engine.factor if name == "primes" else engine.divisors
            answers[name] = _find_lists(find, numbers)
    plain = [name for name in columns if name not in _formats.LISTS]
    answers |= engine.columns(numbers, plain, wide="words") if plain else {}
    return {name: answers[name] for name in columns}


def _answer(
    source: Source,
    row: _manifest.Row,
    engine: Engine,
    columns: tuple[str, ...],
    complaints: _sources.Complaints,
) -> None:
    """Writes the part's file, and its counts and digests into the row."""
    digest = _manifest.NumberDigest()
    unfinished = _formats.Unfinished(row["output"])
    try:
        kind = _formats.format_of(row["output"], columns)
        writer = _formats.open_writer(unfinished.file, kind, columns)
        chunks = _read(source, row["part"], row["of"], complaints)
        for numbers in _split(chunks, columns):
            writer.write(numbers, _answer_chunk(engine, numbers, columns))
            digest.add(numbers)
        writer.finish()
        unfinished.file.flush()
        row["bytes"] = os.stat(unfinished.path).st_size
        row["output_sha256"] = _sources.digest_file(unfinished.path)
        unfinished.save()
    except OSError as error:
        if error.errno is not None and error.filename is None:
            error.filename = row["output"]  # a write does not know it
        raise
    finally:
        unfinished.discard()
    row["numbers"], row["numbers_sha256"] = digest.count, digest.hex()


# ---- Rows ----


def _begin_row(source: Source, part: int, of: int, output: str, options: str) -> _manifest.Row:
    """Returns the row of a part that has not ended, with the keys in the program's order."""
    build = build_info()
    is_range = source.kind == "range"
    size = len(source.name.encode()) if is_range else source.bytes
    name = source.name if source.column is None else f"{source.name}:{source.column}"
    name = name.encode(errors="replace").decode()  # as a manifest keeps it, which is text
    return {
        "format": _manifest.FORMAT,
        "version": _manifest.VERSION,
        "program": build["version"],
        "git": build["git_revision"],
        "ended": None,
        "input": [
            {"name": name, "bytes": size, "sha256": source.sha256}
        ],
        "part": part,
        "of": of,
        "numbers": 0,
        "numbers_sha256": _manifest.NumberDigest().hex(),
        "output": output,
        "bytes": 0,
        "output_sha256": None,
        "options": options,
        "method": "auto",
        "answered_by": None,  # an engine says it of all that it has answered
        "backend": None,
        "jobs": None,
        "seconds": 0.0,
        "exit_status": _UNWRITTEN,
    }


def _append(path: str, row: _manifest.Row) -> None:
    row["ended"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    _manifest.append(path, row)


def _append_failure(path: str, row: _manifest.Row, seconds: float) -> None:
    """Says in the manifest that the part failed; if that fails too, as on a full disk, says nothing,
    because a part without a row is missing as well."""
    row["seconds"], row["output_sha256"], row["bytes"] = round(seconds, 6), None, 0
    try:
        _append(path, row)
    except OSError:
        pass


def _find_written(path: str, row: _manifest.Row) -> _manifest.Row | None:
    """Returns the row of the last run that wrote the part's file, if that is there. FileExistsError if
    it has a part of something else, which would be lost; the same input may have changed since."""
    output = row["output"]
    if not os.path.exists(output):
        return None
    rows, _ = _manifest.read_rows(path, json.dumps(output, ensure_ascii=False))
    written = [one for one in rows if one["output"] == output and _manifest.ended_well(one)]
    if not written:
        return None

    def describe(one: _manifest.Row) -> str:
        names = ", ".join(each["name"] for each in one["input"])
        return f"part {one['part']} of {one['of']} of {names} with the options {one['options']}"

    if describe(written[-1]) != describe(row):
        raise FileExistsError(
            f"{output} is {describe(written[-1])}, says {path}; it would be replaced by "
            f"{describe(row)}: take another folder, or remove the file"
        )
    return written[-1]


def _find_complete(last: _manifest.Row | None, row: _manifest.Row) -> Part | None:
    """Returns the part if the last run that wrote its file had the same input, and the file is as it
    was written. Never does of an input without a digest, which may be another of the same name."""
    if last is None or row["input"][0]["sha256"] is None or last["input"] != row["input"]:
        return None
    if _sources.digest_file(row["output"]) != last["output_sha256"]:
        return None
    _formats.remove_leftovers(row["output"])
    return _part_of(last, (), was_there=True)


def _part_of(row: _manifest.Row, complaints: tuple[str, ...], was_there: bool = False) -> Part:
    return Part(
        part=row["part"],
        of=row["of"],
        output=row["output"],
        bytes=row["bytes"],
        sha256=row["output_sha256"],
        numbers=row["numbers"],
        numbers_sha256=row["numbers_sha256"],
        seconds=row["seconds"],
        backend=row["backend"],
        exit_status=row["exit_status"],
        complaints=complaints,
        was_there=was_there,
    )
