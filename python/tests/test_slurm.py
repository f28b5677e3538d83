# SPDX-License-Identifier: MIT
"""examples/slurm.sh on a real Slurm cluster of two nodes on this machine."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from factor_gpu import parts
from parts_support import PROGRAM, answer_whole, digest, needs_program, verify_by_program
from slurm_cluster import NODES, SlurmCluster, needs_slurm

SCRIPT = Path(__file__).parents[2] / "examples" / "slurm.sh"
PARTS = 50
NUMBERS_OF_A_PART = 400

pytestmark = [pytest.mark.long, needs_program, needs_slurm]


class Array:
    """An array of jobs over a text, of which some parts take seconds and the others almost none."""

    def __init__(self, folder: Path, slow: tuple[int, ...]) -> None:
        self.folder, self.answers = folder, folder / "answers"
        self.answers.mkdir()
        self.source = folder / "numbers.txt"
        # A prime in the slow parts: trial division tests 10^8 candidates for each. All numbers have
        # as many digits, so that each part has the same number of them.
        self.source.write_text("".join(
            f"{10**16 + 61 if part in slow else 7 * part + i + 1:017d}\n"
            for part in range(1, PARTS + 1) for i in range(NUMBERS_OF_A_PART)))
        self.manifest = self.answers / "parts.jsonl"
        self.programs = folder / "programs"
        self.programs.mkdir()
        (self.programs / "factor-gpu").symlink_to(os.path.abspath(PROGRAM))

    def submit(self, cluster: SlurmCluster, array: str = f"1-{PARTS}") -> str:
        """Returns the number of the job."""
        text = cluster.command(
            "sbatch", f"--chdir={self.folder}", f"--array={array}", "--parsable",
            f"--export=PATH={self.programs}:{os.environ['PATH']},SLURM_CONF={cluster.folder}/slurm.conf",
            str(SCRIPT), str(PARTS), str(self.source), str(self.answers), "--show=divisors",
            "--format=u64le", "--method=trial", "--backend=serial", "--checkpoint-every=0")
        return text.strip().partition(";")[0]

    def outputs(self) -> list[Path]:
        return [self.answers / f"part{part:03d}" for part in range(1, PARTS + 1)]

    def is_under_way(self, part: int) -> bool:
        """Returns whether a part has a checkpoint with some answers."""
        path = self.answers / f"part{part:03d}.ckpt"
        try:
            return json.loads(path.read_text())["numbers"] > 0
        except (OSError, ValueError):
            return False

    def wait(self, cluster: SlurmCluster) -> None:
        cluster.wait(lambda: cluster.command("squeue", "-h").strip() == "", "the jobs to end", 400)

    def check(self) -> None:
        whole = answer_whole(self.source, "divisors", self.folder / "whole")
        assert digest(*self.outputs()) == digest(whole)
        assert verify_by_program(self.manifest) == ""
        assert parts.verify(self.manifest).problems == []
        names = {path.name for path in self.answers.iterdir()}
        assert names == {path.name for path in self.outputs()} | {"parts.jsonl"}


def test_array_requeue_and_a_killed_node(tmp_path: Path) -> None:
    array = Array(tmp_path, slow=(1, 2))
    (tmp_path / "slurm").mkdir()
    with SlurmCluster(tmp_path / "slurm") as cluster:
        job = array.submit(cluster)
        cluster.wait(lambda: array.is_under_way(1) and array.is_under_way(2), "two slow parts")
        cluster.command("scontrol", "requeue", f"{job}_1")
        node = cluster.node_of(job, 2)
        assert node in NODES
        cluster.kill_node(node)
        cluster.wait(lambda: cluster.state_of(node).startswith("down"), f"{node} to be seen as dead")
        cluster.start_node(node)
        for part in (1, 2):  # which begin two minutes later otherwise
            cluster.begin_now(f"{job}_{part}")
        array.wait(cluster)
        array.check()
        # Once more, as after a run out of time: nothing is answered again.
        before = array.manifest.read_text()
        (array.answers / "part007").unlink()
        array.submit(cluster, "5-8")
        array.wait(cluster)
    array.check()
    assert len(array.manifest.read_text().splitlines()) == len(before.splitlines()) + 1
