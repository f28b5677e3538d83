# SPDX-License-Identifier: MIT
"""Parts on a real Dask cluster: whatever happens to its processes, the answers are those of one run
of the program."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy
import pytest
from dask_processes import DaskProcesses, wait_for
from factor_gpu import parts
from parts_support import Find, answer_whole, digest, needs_program, save_random, verify_by_program

pytestmark = needs_program


@pytest.fixture(autouse=True)
def need_dask(neighbour: Find) -> None:
    neighbour("distributed")


class Job:
    """An input of random numbers that takes some seconds, and what a run over all of it wrote."""

    def __init__(self, folder: Path, of: int, numbers: int) -> None:
        self.source, self.of = folder / "numbers.npy", of
        save_random(self.source, numbers)
        self.answers = folder / "answers"
        self.answers.mkdir()
        self.manifest = self.answers / "parts.jsonl"
        self.whole = answer_whole(self.source, "primes", folder / "whole.u64le")

    def convert_to_parquet(self, neighbour: Find, row_groups: int) -> None:
        """Gives the numbers in a Parquet file instead, with another column beside them."""
        numbers = numpy.load(self.source)
        table = neighbour("pyarrow").table({"row": numpy.arange(len(numbers)), "n": numbers})
        self.source = self.source.with_suffix(".parquet")
        neighbour("pyarrow.parquet").write_table(
            table, self.source, row_group_size=-(-len(numbers) // row_groups))
        self.source = self.source.with_name(f"{self.source.name}:n")

    def start(self, dask: DaskProcesses) -> None:
        dask.start_example(str(self.source), str(self.of), str(self.answers), ".u64le", "primes")

    def outputs(self) -> list[Path]:
        return sorted(self.answers.glob("part*.u64le"))

    def check(self) -> None:
        assert len(self.outputs()) == self.of
        assert digest(*self.outputs()) == digest(self.whole)
        assert parts.verify(self.manifest).problems == []
        assert verify_by_program(self.manifest) == ""


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[Callable[[], None]]:
    """Makes the folder a disk of so many bytes, and gives a function that enlarges it."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"this user cannot mount a small disk: {done.stderr.strip()}")
    enlarge = ["mount", "-o", f"remount,size={10 * size}", str(folder)]
    try:
        yield lambda: subprocess.run(enlarge, check=True) and None
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def run_and_kill_one(job: Job, folder: Path) -> None:
    """Runs the example with two workers, and kills one while it writes."""
    with DaskProcesses(folder) as dask:
        dask.start_worker("first")
        dask.start_worker("second")
        job.start(dask)
        left = dask.catch_writing("first", job.answers)
        dask.end("first", signal.SIGKILL)
        assert left.exists()
        assert dask.wait_example() == 0, dask.text()
    job.check()
    assert list(job.answers.glob("*.part")) == []


def test_a_worker_is_killed_while_it_writes(tmp_path: Path) -> None:
    run_and_kill_one(Job(tmp_path, of=6, numbers=900_000), tmp_path)


@pytest.mark.long
def test_a_worker_is_killed_over_a_large_parquet_file(
    tmp_path: Path, neighbour: Find, pytestconfig: pytest.Config
) -> None:
    job = Job(tmp_path, of=20, numbers=pytestconfig.getoption("--rows"))
    job.convert_to_parquet(neighbour, row_groups=50)
    run_and_kill_one(job, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("of", [1, 7, 64])
def test_as_many_parts_as_one_likes(tmp_path: Path, of: int) -> None:
    job = Job(tmp_path, of, numbers=200_000)
    with DaskProcesses(tmp_path) as dask:
        dask.start_worker("first")
        dask.start_worker("second")
        job.start(dask)
        assert dask.wait_example() == 0, dask.text()
    job.check()


@pytest.mark.long
def test_a_worker_joins_late(tmp_path: Path) -> None:
    job = Job(tmp_path, of=12, numbers=3_000_000)
    with DaskProcesses(tmp_path) as dask:
        dask.start_worker("first")
        job.start(dask)
        dask.catch_writing("first", job.answers)
        dask.start_worker("late")
        dask.catch_writing("late", job.answers)  # so it has taken work of the other
        dask.send("first", signal.SIGCONT)
        dask.send("late", signal.SIGCONT)
        assert dask.wait_example() == 0, dask.text()
    job.check()


@pytest.mark.long
def test_the_scheduler_is_restarted(tmp_path: Path) -> None:
    job = Job(tmp_path, of=8, numbers=2_000_000)
    with DaskProcesses(tmp_path) as dask:
        dask.start_worker("first")
        job.start(dask)
        wait_for(job.outputs, "the first part", dask.log)
        dask.catch_writing("first", job.answers)
        dask.end("scheduler", signal.SIGKILL)
        before = job.outputs()
        dask.end("first", signal.SIGKILL)
        assert dask.wait_example() != 0
        dask.start_scheduler()
        dask.start_worker("second")
        job.start(dask)
        assert dask.wait_example() == 0, dask.text()
    job.check()
    assert list(job.answers.glob("*.part")) == []
    text = job.manifest.read_text()
    assert [text.count(path.name) for path in before] == [1] * len(before)  # they were kept


@pytest.mark.long
def test_a_worker_is_stopped_beyond_its_time_to_live(tmp_path: Path) -> None:
    job = Job(tmp_path, of=6, numbers=900_000)
    with DaskProcesses(tmp_path, SCHEDULER__WORKER_TTL="3s") as dask:
        dask.start_worker("first")
        job.start(dask)
        left = dask.catch_writing("first", job.answers)
        dask.start_worker("second")
        assert dask.wait_example() == 0, dask.text()
        job.check()
        assert left.exists()
        dask.send("first", signal.SIGCONT)  # it goes on with what another worker has done
        first = dask.processes["first"]
        wait_for(lambda: not left.exists() or first.poll() is not None, "the first", dask.log)
        job.check()
        job.start(dask)
        assert dask.wait_example() == 0, dask.text()
    job.check()
    assert list(job.answers.glob("*.part")) == []


@pytest.mark.long
def test_the_disk_is_full_in_one_part(tmp_path: Path) -> None:
    job = Job(tmp_path, of=4, numbers=200_000)
    with small_disk(job.answers, job.whole.stat().st_size * 9 // 10) as enlarge:
        with DaskProcesses(tmp_path) as dask:
            dask.start_worker("first")
            job.start(dask)
            assert dask.wait_example() != 0
            assert "No space left on device" in dask.text()
            assert 0 < len(job.outputs()) < job.of
            assert not parts.verify(job.manifest)
            assert list(job.answers.glob("*.part")) == []
            enlarge()
            job.start(dask)
            assert dask.wait_example() == 0, dask.text()
        job.check()


@pytest.mark.long
def test_a_part_has_a_bad_number(tmp_path: Path) -> None:
    source, answers = tmp_path / "numbers.txt", tmp_path / "answers"
    answers.mkdir()
    lines = [str(n) for n in range(10**9, 10**9 + 50_000)]
    lines[30_000] = "12x4"
    source.write_text("\n".join(lines))
    with DaskProcesses(tmp_path) as dask:
        dask.start_worker("first")
        dask.start_worker("second")
        dask.start_example(str(source), "5", str(answers), ".u64le", "primes")
        assert dask.wait_example() == 0, dask.text()
    whole = answer_whole(source, "primes", tmp_path / "whole.u64le")
    assert digest(*sorted(answers.glob("part*.u64le"))) == digest(whole)
    rows = [json.loads(line) for line in (answers / "parts.jsonl").read_text().splitlines()]
    assert sorted((row["part"], row["exit_status"]) for row in rows) == [
        (1, 0), (2, 0), (3, 0), (4, 1), (5, 0)]
    assert verify_by_program(answers / "parts.jsonl") == ""
