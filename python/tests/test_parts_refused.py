# SPDX-License-Identifier: MIT
"""Arguments, files and engines that parts refuse, and what is left of them: a row, but no file."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable
from pathlib import Path

import numpy
import pytest
from factor_gpu import DeviceError, Engine, parts
from parts_support import PROGRAM, Find, digest, expect_as_program, rows_of, save_random


@pytest.mark.parametrize(
    ("source", "part", "of", "name", "columns", "words"),
    [
        ("1..9", 0, 4, "a.npy", "phi", "the parts are 1 to 4"),
        ("1..9", 5, 4, "a.npy", "phi", "the parts are 1 to 4"),
        ("1..9", 1, 0, "a.npy", "phi", "cut into 1 to 1000000"),
        ("1..9", 1, 1, "a.txt", "phi", "npy, .u64le or .parquet"),
        ("1..9", 1, 1, "a.npy", "primes", "an array has no lists"),
        ("1..9", 1, 1, "a.npy", "phi,phi", "each once"),
        ("1..9", 1, 1, "a.npy", [], "at least one"),
        ("9..1", 1, 1, "a.npy", "phi", "must ascend"),
        ("1..2^64", 1, 1, "a.npy", "phi", "end at 2\\^64 - 1"),
        (range(9, 1, -1), 1, 1, "a.npy", "phi", "are not between"),
        ("1..9", 1, 1, "a.npy", "totient", "no column 'totient'"),
        ("1..2", 9, 9, "a.npy", "totient", "no column 'totient'"),  # a part without numbers
        ("1..9", 1, 1, "a.npy", "smooth", "the bound of 'smooth'"),
        ("1..9", 1, 1, "a.npy", "smooth=+7", "from 1 to 18446744073709551615"),
        ("1..9", 1, 1, "a.npy", "smooth=0", "the bound of"),
        ("1..9", 1, 1, "a.npy", "smooth=2^64", "the bound of"),
        ("1..9", 1, 1, "a.npy", "phi=7", "phi has no bound"),
        ("1..9", 1, 1, "a.npy", "smooth=7,smooth=007", "each once"),
        ("1..9", 1, 1, "a.npy", [("smooth", 0)], "the bound of"),
    ],
)
def test_arguments_that_make_no_sense(
    tmp_path: Path, source: str, part: int, of: int, name: str, columns: str, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        parts.factor_part(source, part, of, tmp_path / name, columns)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("columns", ["smooth=007", "smooth=0x7", "smooth=10^1-3", [("smooth", 7)]])
def test_a_bound_may_be_spelled_as_for_the_program(tmp_path: Path, columns: object) -> None:
    manifest = tmp_path / "parts.jsonl"
    parts.factor_part("1..12", 1, 1, tmp_path / "a.npy", columns, manifest=manifest)
    assert numpy.load(tmp_path / "a.npy").tolist() == [n != 11 for n in range(1, 13)]
    assert rows_of(manifest)[0]["options"] == "show=smooth=7 exponents=no format=npy strict=no"
    if PROGRAM and isinstance(columns, str):
        expect_as_program(tmp_path / "parts", "1..12", 2, ".npy", columns)


@pytest.mark.parametrize(("name", "other"), [
    ("destination", "source"), ("destination", "manifest"), ("manifest", "source"),
])
@pytest.mark.parametrize("link", [None, os.link, os.symlink])
def test_no_file_is_written_that_has_another_use(
    tmp_path: Path, name: str, other: str, link: Callable[[Path, Path], None] | None
) -> None:
    files = {use: tmp_path / f"{use}.npy" for use in ("source", "destination", "manifest")}
    save_random(files["source"], 10)
    save_random(files[other], 10)
    if link is None:
        files[name] = files[other]
    else:
        link(files[other], files[name])
    before = digest(files[other])
    with pytest.raises(ValueError, match=f"{name} .* would overwrite the {other} .*: both are one file; name another"):
        parts.factor_part(files["source"], 1, 1, files["destination"], "phi", manifest=files["manifest"])
    assert digest(files[other]) == before


def test_a_column_is_a_name_or_a_pair(tmp_path: Path) -> None:
    for columns in ([7], [b"phi"], [("smooth", 7, 8)]):
        with pytest.raises(TypeError, match="is no column"):
            parts.factor_part("1..9", 1, 1, tmp_path / "a.npy", columns)


def test_numbers_of_numpy_are_numbers(tmp_path: Path) -> None:
    manifest, two = tmp_path / "parts.jsonl", numpy.int64(2)
    for one in parts.plan("1..9", two):
        columns, part = [("smooth", numpy.uint8(3))], numpy.uint8(one.part)
        parts.factor_part(one.source, part, two, tmp_path / f"{part}.npy", columns, manifest=manifest)
    assert parts.verify(manifest) and len(rows_of(manifest)) == 2


def test_a_manifest_that_cannot_be_written_costs_no_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "_answer", lambda *_: pytest.fail("the part was answered"))
    with pytest.raises(FileNotFoundError, match="parts.jsonl"):
        parts.factor_part("1..9", 1, 1, tmp_path / "a.npy", "phi", manifest=tmp_path / "no" / "parts.jsonl")
    assert list(tmp_path.iterdir()) == []


def test_files_that_are_no_numbers(tmp_path: Path) -> None:
    numpy.save(tmp_path / "float.npy", numpy.ones(3))
    numpy.save(tmp_path / "square.npy", numpy.ones((2, 2), dtype=int))
    numpy.save(tmp_path / "cut.npy", numpy.ones(30, dtype=int))
    os.truncate(tmp_path / "cut.npy", 200)
    (tmp_path / "text.gz").write_bytes(b"\x1f\x8b\x08\x00")
    for name, header in [("open.npy", b"{'descr': '<u8'"), ("keys.npy", b"{'descr': '<u8', 1: 2}")]:
        (tmp_path / name).write_bytes(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header)
    for name, words in [("float.npy", "whole numbers"), ("square.npy", "one dimension"),
                        ("open.npy", "its .npy header cannot be read"), ("keys.npy", "its .npy header cannot be read"),
                        ("cut.npy", "whole copy"), ("text.gz", "neither a text")]:
        for call in (lambda: parts.factor_part(tmp_path / name, 1, 1, tmp_path / "a.npy", "phi"),
                     lambda: parts.plan(tmp_path / name, 2)):
            with pytest.raises(ValueError, match=words):
                call()
    with pytest.raises(FileNotFoundError):
        parts.plan(tmp_path / "nothing.txt", 3)


def test_failures_have_a_row_and_leave_no_file(tmp_path: Path) -> None:
    source, manifest = tmp_path / "in.npy", tmp_path / "parts.jsonl"
    save_random(source, 1000)
    one = parts.plan(source, 1)[0]
    with pytest.raises(FileNotFoundError):
        parts.factor_part(one.source, 1, 1, tmp_path / "no" / "a.npy", "phi", manifest=manifest)
    save_random(source, 999)
    with pytest.raises(parts.SourceError, match="plan it again"):
        parts.factor_part(one.source, 1, 1, tmp_path / "a.npy", "phi", manifest=manifest)
    source.unlink()
    with pytest.raises(OSError, match="in.npy"):
        parts.factor_part(one.source, 1, 1, tmp_path / "a.npy", "phi", manifest=manifest)
    assert [row["exit_status"] for row in rows_of(manifest)] == [6, 3, 3]
    assert not parts.verify(manifest)
    assert {path.name for path in tmp_path.iterdir()} == {"parts.jsonl"}


@pytest.mark.parametrize("name", ["a.npy", "a.u64le", "a.parquet"])
def test_a_file_that_cannot_be_written_is_named(tmp_path: Path, neighbour: Find, name: str) -> None:
    if name == "a.parquet":
        neighbour("pyarrow.parquet")
    manifest, limits = tmp_path / "parts.jsonl", resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, limits[1]))
    try:
        with pytest.raises(OSError, match=f"File too large: '{tmp_path}/{name}'"):
            parts.factor_part("1..50000", 1, 1, tmp_path / name, "phi", manifest=manifest)
        assert [path.name for path in tmp_path.iterdir()] == ["parts.jsonl"]
        manifest.write_text("\n" * 8192)
        with pytest.raises(OSError, match=f"File too large: '{manifest}'"):
            parts.factor_part("1..5", 1, 1, tmp_path / name, "phi", manifest=manifest)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_an_engine_that_has_failed_is_not_used_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class FailingEngine(Engine):
        def columns(self, numbers: object, names: object, *, wide: str = "ints") -> object:
            raise DeviceError("the GPU reported an error")

    monkeypatch.setattr(parts, "Engine", FailingEngine)
    with pytest.raises(DeviceError):
        parts.factor_part(range(1, 10), 1, 1, tmp_path / "a.npy", "phi", jobs=3)
    assert list(tmp_path.iterdir()) == []
    monkeypatch.undo()
    assert parts.factor_part(range(1, 10), 1, 1, tmp_path / "a.npy", "phi", jobs=3).numbers == 9
