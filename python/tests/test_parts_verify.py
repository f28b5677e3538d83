# SPDX-License-Identifier: MIT
"""Manifests of which one thing is wrong: verify() finds what the program finds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from factor_gpu import parts
from parts_support import needs_program, rows_of, run_program, verify_by_program


def spoil(manifest: Path, rows: list[dict[str, object]], how: str) -> None:
    """Makes one thing wrong, which `how` says, in a manifest of three parts."""
    lines = [json.dumps(row) for row in rows]
    output = Path(str(rows[1]["output"]))
    if how == "missing":
        del lines[1]
    elif how == "changed":
        output.write_bytes(output.read_bytes()[:-1] + b"\xff")
    elif how == "moved":
        output.rename(output.with_name("elsewhere"))
    elif how == "twice":
        lines.append(json.dumps({**rows[1], "output": "again.u64le"}))
    elif how == "other input":
        lines[1] = json.dumps({**rows[1], "input": [{**rows[1]["input"][0], "sha256": "0" * 64}]})
    elif how == "failed":
        lines[1] = json.dumps({**rows[1], "exit_status": 6, "output_sha256": None})
    elif how == "failed before":
        lines.insert(0, json.dumps({**rows[1], "exit_status": 6, "output_sha256": None}))
    elif how == "differs":
        lines.insert(0, json.dumps({**rows[1], "output_sha256": "0" * 64}))
    elif how == "half a line":
        lines[1] = lines[1][:50]
    elif how == "other version":
        lines[1] = json.dumps({**rows[1], "version": 2})
    elif how == "bad part":
        lines[1] = json.dumps({**rows[1], "part": 4})
    elif how == "blank line":
        lines.insert(1, "")
    elif how == "empty":
        lines = []
    elif how == "other sum":
        lines.append(json.dumps({**rows[1], "part": 1, "of": 1, "output": "whole"}))
    manifest.write_text("".join(line + "\n" for line in lines))


@needs_program
@pytest.mark.parametrize(
    ("how", "is_wrong"),
    [("nothing", False), ("missing", True), ("changed", True), ("moved", False), ("twice", True),
     ("other input", True), ("failed", True), ("failed before", False), ("differs", True),
     ("half a line", True), ("other version", True), ("bad part", True), ("blank line", False),
     ("empty", True), ("other sum", True)],
)
def test_verify_finds_what_the_program_finds(tmp_path: Path, how: str, is_wrong: bool) -> None:
    manifest = tmp_path / "parts.jsonl"
    for part in (1, 2, 3):
        output = tmp_path / f"part{part}.u64le"
        parts.factor_part("1..9000", part, 3, output, "primes", manifest=manifest)
    spoil(manifest, rows_of(manifest), how)
    verdict = parts.verify(manifest, missing_ok=True)
    text = verify_by_program(manifest)
    assert (not verdict, text != "") == (is_wrong, is_wrong), (verdict.problems, text)
    if is_wrong and how != "empty":
        assert f"{len(verdict.problems)} thing" in text


def test_verify_misses_a_file_that_is_not_here(tmp_path: Path) -> None:
    manifest = tmp_path / "parts.jsonl"
    outputs = [tmp_path / f"part{part}.u64le" for part in (1, 2)]
    for part, output in enumerate(outputs, 1):
        parts.factor_part("1..9000", part, 2, output, "primes", manifest=manifest)
    outputs[1].unlink()
    verdict = parts.verify(manifest)
    assert verdict.problems == [f"part 2: {outputs[1]} is not here, so it cannot be checked"]
    assert str(verdict) == verdict.problems[0]
    assert str(parts.verify(manifest, missing_ok=True)) == "all parts are there"
    assert verdict.wholes[0].outputs_missing == 1
    parts.factor_part("1..9000", 2, 2, outputs[1], "primes", manifest=manifest)
    assert parts.verify(manifest)


@needs_program
def test_verify_cannot_check_what_went_to_standard_output(tmp_path: Path) -> None:
    manifest = tmp_path / "parts.jsonl"
    run_program(f"--manifest={manifest}", "1..9")
    assert parts.verify(manifest).problems == [
        "part 1: it went to standard output, so it cannot be checked"]
    assert parts.verify(manifest, missing_ok=True)
