# SPDX-License-Identifier: MIT
"""The program's comparison of methods and backends, as objects. The library has none."""
from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ._arrays import Number, Numbers, chunks, to_ints, to_uint128
from ._errors import Error, SelfCheckError, UnavailableError


def compare(numbers: Numbers | Number, *options: str, program: str | Path = "factor-gpu") -> Any:
    """Times every method on every backend with these numbers, and returns what was measured.

    The library measures nothing, so this runs the program: factor-gpu --compare.
    numbers: what factor() takes; iterators are read to their end.
    options: more options of the program, as in compare(n, "--repeat=3", "--method=factor").
    program: its name on the path, or its file: a clone has build/run/factor-gpu after ./dev build.
    Returns an object with the members that doc/compare.schema.json describes; times are in seconds. Under
        input.bits.histogram is a dict from a length in bits to the count of its numbers.
    Raises UnavailableError if there is no such program or a backend among the options cannot run here, SelfCheckError
        if rows do not agree on the answers, and Error for other failures; with the program's words or the rows'
        reasons.

    >>> fastest = min((row for row in factor_gpu.compare([360]).rows if row.median_s), key=lambda row: row.median_s)
    >>> fastest.method, fastest.backend
    """
    for option in options:
        if not isinstance(option, str):
            raise TypeError(f"{option!r:.60} is no option, but of the type {type(option).__name__}; options are texts, "
                            "as in compare(numbers, '--repeat=3', '--method=factor')")
    if not isinstance(program, (str, os.PathLike)):
        raise TypeError(f"program is {program!r:.60}, of the type {type(program).__name__}; it is a name or a file")
    found = shutil.which(program)
    if found is None:
        raise UnavailableError(f"there is no program '{program}'; ./dev build of factor-gpu makes "
                               "build/run/factor-gpu, and compare(..., program=...) takes its file")
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder, "numbers.txt")
        with listed.open("w", encoding="ascii") as file:
            many = isinstance(numbers, Iterable) and getattr(numbers, "ndim", 1) > 0
            for part in chunks(numbers) if many else [numbers]:
                file.writelines(f"{n}\n" for n in to_ints(to_uint128(part)))
        exported = Path(folder, "comparison.json")
        command = [found, "--quiet", "--compare", f"--export-json={exported}", *options, "--", str(listed)]
        status, words = _run(command)
        if not exported.exists():
            raise Error(words.strip() or f"{found} ended with status {status} and exported no comparison; it must be "
                        "factor-gpu, without --export-json or --help among the options")
        comparison = json.loads(exported.read_text(encoding="utf-8"), object_hook=_as_object)
    if status != 0:
        raise _errors_by_status.get(status, Error)(words.strip() or _what_failed(comparison) or
                                                   f"{found} ended with status {status}")
    return comparison


_errors_by_status: dict[int, type[Error]] = {4: UnavailableError, 5: SelfCheckError} # exit statuses of the program


def _what_failed(comparison: Any) -> str:
    """Returns why a comparison that was exported is none to rely on."""
    reasons = [f"{row.method}/{row.backend}: {row.state}: {row.reason}" for row in comparison.rows if row.reason]
    if comparison.curve is not None:
        reasons += [f"{line.backend}: failed: {line.reason}" for line in comparison.curve.lines if line.reason]
    if comparison.disagreement is not None:
        reasons.append(comparison.conclusion)
    return "; ".join(reasons)


def _as_object(members: dict[str, Any]) -> Any:
    if members and all(map(str.isdecimal, members)): # no names of members
        return {int(key): value for key, value in members.items()}
    return SimpleNamespace(**members)


def _run(command: list[str]) -> tuple[int, str]:
    """Runs the program, and returns its status and what it said.

    Ctrl-C ends it at once; subprocess.run() would wait for a quarter of a second.
    """
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as program:
        try:
            assert program.stderr is not None
            words = program.stderr.read()
            return program.wait(), words
        except BaseException:
            program.terminate()
            try:
                program.wait(0.1)
            except subprocess.TimeoutExpired:
                program.kill()
            raise
