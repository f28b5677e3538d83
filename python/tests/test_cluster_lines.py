# SPDX-License-Identifier: MIT
"""The lines of doc/CLUSTER.md that start a cluster of Dask, as they are printed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from dask_processes import PATIENCE_SECONDS
from factor_gpu import parts
from parts_support import Find, answer_whole, digest, needs_program
from slurm_cluster import SlurmCluster, needs_slurm
from ssh_machines import SshMachines

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.long, needs_program]


def pieces_of_row(cluster: str) -> list[str]:
    """Returns the code in the row of a kind of cluster: lines of Python, then the module of its class."""
    lines = (ROOT / "doc" / "CLUSTER.md").read_text(encoding="utf-8").splitlines()
    (row,) = (line for line in lines if line.startswith(f"| {cluster} |"))
    return re.findall("`([^`]+)`", row.split("|")[2])


def write_example(path: Path, before: list[str], client: str, module: str) -> None:
    """Writes the example with the lines of a row in the place of Client(scheduler)."""
    text = (ROOT / "examples" / "dask_cluster.py").read_text(encoding="utf-8")
    for old, new in (
        ("Client(scheduler)", client),
        ("    with Client(", "".join(f"    {line}\n" for line in before) + "    with Client("),
        ("from factor_gpu", f"from {module} import {re.findall(r'[A-Za-z]+Cluster', client + str(before))[0]}\n"
         "from factor_gpu" if module else "from factor_gpu"),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def run_example(folder: Path, environment: dict[str, str]) -> None:
    answers = folder / "answers"
    answers.mkdir()
    ran = subprocess.run(
        [sys.executable, "example.py", "unused", "1..200000", "6", str(answers), ".u64le", "phi"],
        cwd=folder, env=os.environ | environment, text=True, timeout=PATIENCE_SECONDS,
        capture_output=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    whole = answer_whole("1..200000", "phi", folder / "whole.u64le")
    assert digest(*sorted(answers.glob("part*.u64le"))) == digest(whole)
    assert parts.verify(answers / "parts.jsonl").problems == []


def test_this_machine(tmp_path: Path, neighbour: Find) -> None:
    neighbour("distributed")
    (client,) = pieces_of_row("this machine")
    write_example(tmp_path / "example.py", [], client, "")
    run_example(tmp_path, {})


def test_machines_with_ssh(tmp_path: Path, neighbour: Find) -> None:
    neighbour("distributed")
    client, module, package = pieces_of_row("machines with SSH")
    write_example(tmp_path / "example.py", [], client, module)
    names = re.findall('"(head|node[0-9])"', client)
    with SshMachines(neighbour(package), tmp_path, names) as machines:
        run_example(tmp_path, {"HOME": str(tmp_path)})
    assert len(names) == 3 == sum("distributed.cli.dask_spec" in one for one in machines.commands)


def test_kubernetes_would_run_commands_that_there_are(neighbour: Find) -> None:
    neighbour("dask_kubernetes.operator")
    text = (ROOT / "doc" / "CLUSTER.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"(?m)^    from dask_kubernetes\.operator import .*\n(?:\n|    .*\n)+", text)
    names: dict[str, Any] = {}
    exec(textwrap.dedent(block), names)
    pods = names["spec"]["spec"]["scheduler"]["spec"], names["spec"]["spec"]["worker"]["spec"]
    for (container,) in (pod["containers"] for pod in pods):
        assert container["image"] == "IMAGE"
        command = Path(sys.executable).with_name(container["args"][0])
        ran = subprocess.run([command, container["args"][1], "--help"], capture_output=True, text=True, check=True)
        known = set(re.findall("--[a-z-]+", ran.stdout))
        assert {one for one in container["args"] if one.startswith("--")} <= known
    assert [one["name"] for one in pods[1]["volumes"]] == [
        one["name"] for one in pods[1]["containers"][0]["volumeMounts"]]


@needs_slurm
def test_slurm_with_python(tmp_path: Path, neighbour: Find) -> None:
    neighbour("dask_jobqueue")
    *before, client, module = pieces_of_row("Slurm, with Python")
    write_example(tmp_path / "example.py", before, client, module)
    (tmp_path / "slurm").mkdir()
    with SlurmCluster(tmp_path / "slurm", cpus=64, memory_mb=64000) as cluster:
        run_example(tmp_path, {"SLURM_CONF": str(cluster.folder / "slurm.conf")})
        cluster.wait(lambda: cluster.command("squeue", "-h").strip() == "", "the jobs to end")
