# SPDX-License-Identifier: MIT
"""The examples' messages without a cluster: if an argument is missing, or a folder is taken twice."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from factor_gpu import parts
from parts_support import PROGRAM, Find, answer_whole, digest, needs_program, verify_by_program

EXAMPLES = Path(__file__).parents[2] / "examples"


def run_python(name: str, *arguments: object) -> str:
    """Runs an example that ends with a sentence, and returns that."""
    run = subprocess.run([sys.executable, EXAMPLES / name, *map(str, arguments)], text=True,
                         capture_output=True, timeout=300, check=False)
    assert run.returncode == 1 and "Traceback" not in run.stderr, run.stderr
    return run.stderr


@pytest.mark.parametrize(("name", "module"), [("dask_cluster.py", "distributed"), ("ray_cluster.py", "ray")])
def test_a_cluster_example_says_what_is_missing(
    tmp_path: Path, neighbour: Find, name: str, module: str
) -> None:
    neighbour(module) if module != "ray" else pytest.importorskip(module)
    assert run_python(name).startswith(f"usage: python {name} ")
    missing = tmp_path / "no"
    text = run_python(name, "tcp://localhost:1", "1..9", 2, missing, ".npy", "phi")
    assert text.startswith(f"there is no folder {missing}: make it first")


def test_the_article_finds_the_same_in_every_way_and_draws_it(tmp_path: Path) -> None:
    script = [sys.executable, EXAMPLES / "article.py", "--repeat=1"]
    try:
        import matplotlib  # noqa: F401
        script.append(f"--plot={tmp_path}/article.png")
    except ImportError:
        if os.environ.get("FG_PYTHON_REQUIRED"):
            raise
    run = subprocess.run([*script, "1000", "720720", "65537"], text=True, capture_output=True, timeout=300, check=True)
    ways = [line.split(" ms ")[0].rsplit(maxsplit=1)[0] for line in run.stdout.splitlines()]
    assert [way.strip() for way in ways] == ["loop", "Process", "Pool(4)", "factor_gpu, exhaustive", "factor_gpu"]
    if len(script) > 3:
        assert (tmp_path / "article.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


# ---- slurm.sh, one job at a time ----


class Jobs:
    def __init__(self, folder: Path) -> None:
        self.folder, self.answers = folder, folder / 'the "answers"'
        self.answers.mkdir()
        (folder / "bin").mkdir()
        (folder / "bin" / "factor-gpu").symlink_to(os.path.abspath(PROGRAM))
        self.source = folder / "numbers.txt"
        self.source.write_text("".join(f"{n}\n" for n in range(100, 1100)))

    def run(self, task: int | None, *arguments: object) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PATH": f"{self.folder}/bin:{os.environ['PATH']}"}
        environment |= {} if task is None else {"SLURM_ARRAY_TASK_ID": str(task)}
        return subprocess.run(["bash", EXAMPLES / "slurm.sh", *map(str, arguments)], text=True,
                              capture_output=True, env=environment, timeout=300, check=False)

    def start(self, task: int, of: int, *options: str) -> str:
        """Runs a job, and returns why it is refused; "" if it is not."""
        run = self.run(task, of, self.source, self.answers, *options)
        assert run.returncode == (2 if run.stderr else 0), run
        return run.stderr


@needs_program
def test_a_slurm_job_says_what_is_missing(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path)
    for task, arguments, words in [
        (1, (), "usage: sbatch"), (1, ("3", "1..9"), "usage: sbatch"),
        (None, ("3", "1..9", jobs.answers), "--array"), (1, ("x", "1..9", jobs.answers), "PARTS is 'x'"),
        (1, ("3", "1..9", tmp_path / "no"), "there is no folder"),
    ]:
        run = jobs.run(task, *arguments)
        assert run.returncode == 2 and run.stderr.startswith("slurm.sh: "), run
        assert words in run.stderr and len(run.stderr.splitlines()) == 1


@needs_program
def test_a_slurm_job_refuses_the_folder_of_another_array(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path)
    options = ("--show=phi", "--format=u64le", "--checkpoint-every=0")
    for task in (1, 2, 3):
        assert jobs.start(task, 3, *options) == ""
    outputs = [jobs.answers / f"part{part:03d}" for part in (1, 2, 3)]
    assert digest(*outputs) == digest(answer_whole(jobs.source, "phi", tmp_path / "whole"))
    # A line that a killed writer left, and a part that failed, say nothing.
    manifest = jobs.answers / "parts.jsonl"
    rows = manifest.read_text()
    half = rows.splitlines()[0].partition('"output_sha256":')[0]
    manifest.write_text(f'{rows}{half.replace("numbers.txt", "other.txt")}\n')
    assert jobs.start(2, 3, *options, "--backend=serial") == ""
    assert len(manifest.read_text().splitlines()) == 4  # the part was left alone
    manifest.write_text(rows)
    outputs[1].unlink()
    assert jobs.start(2, 3, *options) == ""
    assert verify_by_program(manifest) == "" and parts.verify(manifest)
    for task in (2, 4):  # one that is there, and one that is not
        assert "with the options" in jobs.start(task, 5, "--show=count", "--format=u64le")
        assert "another number of parts" in jobs.start(task, 5, *options)
    jobs.source.write_text("1 2 3\n")
    assert "of another size" in jobs.start(2, 3, *options)
    jobs.source = tmp_path / "other.txt"
    jobs.source.write_text("1 2 3\n")
    assert "another input" in jobs.start(2, 3, *options)


@needs_program
def test_a_slurm_job_goes_by_the_rows_of_the_package_too(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path)
    output, manifest = jobs.answers / "part1.u64le", jobs.answers / "parts.jsonl"
    parts.factor_part(jobs.source, 1, 3, output, "phi", manifest=manifest)
    assert "with the options" in jobs.start(2, 3, "--show=count", "--format=u64le")
    assert "another number of parts" in jobs.start(2, 4, "--show=phi", "--format=u64le")
    assert jobs.start(2, 3, "--show=phi", "--format=u64le") == ""
