# SPDX-License-Identifier: MIT
"""Inputs that the tests of parts share, and the program as their oracle."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy
import pytest

Find = Callable[[str], Any] #: the fixture `neighbour`

PROGRAM = os.environ.get("FACTOR_GPU_PROGRAM", "")
needs_program = pytest.mark.skipif(
    not PROGRAM, reason="FACTOR_GPU_PROGRAM does not name the program that parts are compared with"
)
SEED = 18


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
