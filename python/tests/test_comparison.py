# SPDX-License-Identifier: MIT
"""compare(): the program's comparison as objects."""
import os
import pathlib

import factor_gpu
import pytest

PROGRAM = pathlib.Path(__file__).parents[2] / "build" / "run" / "factor-gpu"


def test_a_comparison_has_its_rows():
    if not os.access(PROGRAM, os.X_OK):
        pytest.skip(f"{PROGRAM} is not built")
    found = factor_gpu.compare([360, 97], "--repeat=2", "--method=factor", "--backend=serial", program=PROGRAM)
    assert [(row.method, row.backend) for row in found.rows] == [("factor", "serial")]
    assert found.rows[0].median_s > 0
    assert found.disagreement is None and found.input.count == 2
    with pytest.raises(factor_gpu.Error, match="abacus"):
        factor_gpu.compare([360], "--backend=abacus", program=PROGRAM)


def test_without_the_program_it_says_so(tmp_path):
    with pytest.raises(factor_gpu.UnavailableError, match="./dev build"):
        factor_gpu.compare([12], program=tmp_path / "missing")
