# SPDX-License-Identifier: MIT
"""Inputs that the tests of parts share, and the program as their oracle."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy
import pytest
from factor_gpu import parts

Find = Callable[[str], Any] #: the fixture `neighbour`

PROGRAM = os.environ.get("FACTOR_GPU_PROGRAM", "")
needs_program = pytest.mark.skipif(
    not PROGRAM, reason="FACTOR_GPU_PROGRAM does not name the program that parts are compared with"
)
SEED = 18
#: The members of a row that two runs over the same part have in common.
COMMON = ("format", "version", "program", "input", "part", "of", "numbers", "numbers_sha256", "bytes",
          "output_sha256", "options", "method", "exit_status")


def run_program(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PROGRAM, *map(str, arguments)], text=True, capture_output=True,
                          timeout=600, check=False)


def verify_by_program(manifest: Path) -> str:
    """Returns what is wrong according to --verify-manifest; "" if nothing is."""
    run = run_program(f"--verify-manifest={manifest}")
    return "" if run.returncode == 0 else run.stdout + run.stderr


def save_random(path: Path, count: int, bits: int = 64) -> None:
    generator = numpy.random.default_rng(SEED)
    numpy.save(path, generator.integers(1, 2**bits - 1, count, dtype=numpy.uint64))


def digest(*paths: Path) -> str:
    """Returns the SHA-256 of files, one after the other."""
    joined = hashlib.sha256()
    for path in paths:
        joined.update(path.read_bytes())
    return joined.hexdigest()


def answer_whole(source: object, columns: str, output: Path, form: str = "u64le") -> Path:
    """Answers an input by one run of the program."""
    run = run_program("--quiet", f"--show={columns}", f"--format={form}", f"--output={output}", source)
    assert run.returncode in (0, 1), run.stderr
    return output


def rows_of(manifest: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in manifest.read_text().splitlines()]


def expect_as_program(folder: Path, source: object, of: int, suffix: str, columns: str) -> None:
    """Answers all parts by both, and expects the same files and rows."""
    folder.mkdir()
    ours, theirs = folder / "ours.jsonl", folder / "theirs.jsonl"
    for part in range(1, of + 1):
        mine, other = folder / f"a{part}{suffix}", folder / f"b{part}{suffix}"
        done = parts.factor_part(str(source), part, of, mine, columns, manifest=ours)
        run = run_program("-q", f"--shard={part}/{of}", f"--show={columns}", f"--format={suffix[1:]}",
                          f"--output={other}", f"--manifest={theirs}", source)
        assert mine.read_bytes() == other.read_bytes(), (source, part, of, columns, run.stderr)
        assert done.exit_status == run.returncode, (done, run.stderr)
        places = [text.split(" ")[1] for text in run.stderr.splitlines() if "argument" not in text]
        assert [text.split(" ")[0] for text in done.complaints][: len(places)] == places
    for mine_row, other_row in zip(rows_of(ours), rows_of(theirs), strict=True):
        assert list(mine_row) == list(other_row)
        assert [mine_row[key] for key in COMMON] == [other_row[key] for key in COMMON]
    assert parts.verify(ours).problems == []
    assert parts.verify(theirs).problems == []
    assert verify_by_program(ours) == ""
