# SPDX-License-Identifier: MIT
"""The package as a new user meets it: installed from a clone, and with a frame of many numbers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import factor_gpu
import numpy
import pytest
from parts_support import Find, answer_whole, needs_program, save_random

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]
COLUMNS = ["phi", "count", "is_prime", "mobius", "gpf", "carmichael"]


def run(*command: object, folder: Path) -> str:
    # If it compiles by ccache, that finds what an earlier run of the test has compiled in another folder.
    environment = os.environ | {"CCACHE_BASEDIR": str(folder), "CCACHE_NOHASHDIR": "1"}
    done = subprocess.run(list(map(str, command)), cwd=folder, text=True, capture_output=True,
                          env=environment, timeout=1800, check=False)
    assert done.returncode == 0, (command, done.stdout[-4000:], done.stderr[-4000:])
    return done.stdout


def test_one_command_installs_a_fresh_clone(tmp_path: Path) -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("these sources are no clone of git")
    clone, environment = tmp_path / "clone", tmp_path / "environment"
    run("git", "clone", "--quiet", ROOT, clone, folder=tmp_path)
    run(sys.executable, "-m", "venv", environment, folder=tmp_path)
    # The kernels take minutes to compile.
    run(environment / "bin" / "pip", "install", "--config-settings=cmake.define.FACTOR_GPU_CUDA=OFF", "./python",
        folder=clone)
    text = run(environment / "bin" / "python", "-c", "import factor_gpu; print(factor_gpu.factor(360))",
               folder=clone)
    assert text == "[2, 2, 2, 3, 3, 5]\n"


@needs_program
def test_a_large_frame_gets_columns(tmp_path: Path, neighbour: Find, pytestconfig: pytest.Config) -> None:
    source = tmp_path / "numbers.npy"
    save_random(source, pytestconfig.getoption("--rows") // 10)
    frame = neighbour("pandas").DataFrame({"n": numpy.load(source)})
    frame = frame.assign(**factor_gpu.columns(frame.n, [*COLUMNS, "sigma"]))
    frame["primes"] = factor_gpu.factor(frame.n)

    table = numpy.load(answer_whole(source, ",".join([*COLUMNS, "sigma"]), tmp_path / "whole.npy", "npy"))
    for name in COLUMNS:
        assert numpy.array_equal(frame[name].to_numpy(), table[name])
    for name, word in (("sigma_lo", frame.sigma % 2**64), ("sigma_hi", frame.sigma // 2**64)):
        assert numpy.array_equal(word.to_numpy(numpy.uint64), table[name])
    # Each record is how many primes there are, and the primes.
    words = numpy.fromfile(answer_whole(source, "primes", tmp_path / "whole.u64le"), numpy.uint64)
    lengths = frame.primes.map(len).to_numpy()
    heads = numpy.cumsum(lengths + 1) - (lengths + 1)
    assert numpy.array_equal(words[heads], lengths)
    assert numpy.array_equal(numpy.delete(words, heads), numpy.concatenate(frame.primes.to_numpy()))
