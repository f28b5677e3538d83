# SPDX-License-Identifier: MIT
"""Parts on a Ray cluster of one machine, of which one worker is killed while it writes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from dask_processes import PATIENCE_SECONDS, wait_for
from factor_gpu import parts
from parts_support import Find, answer_whole, digest, needs_program, save_random, verify_by_program

EXAMPLE = Path(__file__).parents[2] / "examples" / "ray_cluster.py"

pytestmark = [pytest.mark.long, needs_program]


def writer_of(folder: Path) -> int | None:
    """Returns the process that has a file under way, which its name says, and has written to it."""
    for path in folder.glob("part*.part"):
        try:
            if path.stat().st_size > 0:
                return int(path.name.split("-")[-2])
        except FileNotFoundError:
            pass  # it is complete
    return None


def run_and_kill(folder: Path, arguments: list[object], answers: Path) -> None:
    """Runs the example, and kills a worker while it writes."""
    # Ray's sockets need a short name.
    with tempfile.TemporaryDirectory(prefix="ray", ignore_cleanup_errors=True) as scratch:
        environment = {**os.environ, "RAY_USAGE_STATS_ENABLED": "0", "HOME": scratch,
                       "RAY_TMPDIR": scratch}
        with open(folder / "ray.log", "wb") as log:
            example = subprocess.Popen([sys.executable, *map(str, arguments)], env=environment,
                                       cwd=folder, stdout=log, stderr=log, start_new_session=True)
        try:
            wait_for(lambda: writer_of(answers) or example.poll() is not None, "a worker to write")
            killed = writer_of(answers)
            assert killed is not None, (folder / "ray.log").read_text()
            os.kill(killed, signal.SIGKILL)
            assert example.wait(PATIENCE_SECONDS) == 0, (folder / "ray.log").read_text()
        finally:
            if example.poll() is None:
                example.terminate()  # Ray ends its own processes
                example.wait()


def test_a_ray_worker_is_killed_while_it_writes(tmp_path: Path, neighbour: Find) -> None:
    neighbour("ray")
    source, answers = tmp_path / "numbers.npy", tmp_path / "answers"
    answers.mkdir()
    save_random(source, 900_000)
    run_and_kill(tmp_path, [EXAMPLE, "local", source, "6", answers, ".u64le", "primes"], answers)
    whole = answer_whole(source, "primes", tmp_path / "whole.u64le")
    assert digest(*sorted(answers.glob("part*.u64le"))) == digest(whole)
    assert parts.verify(answers / "parts.jsonl").problems == []
    assert verify_by_program(answers / "parts.jsonl") == ""
    assert list(answers.glob("*.part")) == []
