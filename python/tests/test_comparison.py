# SPDX-License-Identifier: MIT
"""compare(): the program's comparison as objects."""
import json
import os
import pathlib

import factor_gpu
import numpy
import pytest

ROOT = pathlib.Path(__file__).parents[2]
PROGRAM = ROOT / "build" / "run" / "factor-gpu"


def members_of(name):
    schema = json.loads((ROOT / "doc" / "compare.schema.json").read_text(encoding="utf-8"))
    return set(schema["$defs"][name]["required"])


def test_a_comparison_has_its_rows():
    if not os.access(PROGRAM, os.X_OK):
        pytest.skip(f"{PROGRAM} is not built")
    found = factor_gpu.compare([360, 97], "--repeat=2", "--method=factor", "--backend=serial", program=PROGRAM)
    assert [(row.method, row.backend) for row in found.rows] == [("factor", "serial")]
    assert found.rows[0].median_s > 0
    assert found.disagreement is None and found.input.count == 2
    assert found.input.bits.histogram == {7: 1, 9: 1}
    for name, one in (("comparison", found), ("row", found.rows[0]), ("input", found.input)):
        assert vars(one).keys() == members_of(name)
    with pytest.raises(factor_gpu.Error, match="abacus"):
        factor_gpu.compare([360], "--backend=abacus", program=PROGRAM)


def test_numbers_are_read_as_factor_reads_them(tmp_path):
    program = tmp_path / "program" # writes a comparison that holds its numbers
    program.write_text("""#!/bin/sh
        for argument; do case $argument in --export-json=*) out=${argument#*=} ;; esac; done
        printf '{"numbers": [%s]}' "$(paste -sd, "$argument")" >"$out"
    """)
    program.chmod(0o755)
    for numbers, expected in ((360, [360]), (numpy.uint64(360), [360]), (numpy.array(360), [360]),
                              (factor_gpu.to_uint128([2**100, 3]), [2**100, 3]), (range(3, 9, 2), [3, 5, 7]),
                              (iter([12, 35]), [12, 35]), (numpy.array([12, 35]), [12, 35])):
        assert factor_gpu.compare(numbers, program=program).numbers == expected
    for wrong in ([12.7], 12.7, "360", [True], ["360"], None):
        with pytest.raises(TypeError):
            factor_gpu.compare(wrong, program=program)


def test_a_program_that_exports_nothing():
    for name, status in (("true", 0), ("false", 1)):
        with pytest.raises(factor_gpu.Error, match=f"ended with status {status} and exported no comparison"):
            factor_gpu.compare([12], program=name)


def test_a_comparison_that_failed_says_with_what(tmp_path):
    program = tmp_path / "program"
    row = {"method": "factor", "backend": "cuda", "state": "not run", "reason": "no driver"}
    line = {"backend": "pool", "reason": "a worker died"}
    for status, error, rows, curve, disagreement, said in (
            (4, factor_gpu.UnavailableError, [row], None, None, "^factor/cuda: not run: no driver$"),
            (5, factor_gpu.SelfCheckError, [], None, {"row": "factor/pool"}, "^The rows do not agree$"),
            (6, factor_gpu.Error, [], {"lines": [line]}, None, "^pool: failed: a worker died$")):
        exported = {"rows": rows, "curve": curve, "disagreement": disagreement, "conclusion": "The rows do not agree"}
        program.write_text(f"""#!/bin/sh
            for argument; do case $argument in --export-json=*) out=${{argument#*=}} ;; esac; done
            printf '%s' '{json.dumps(exported)}' >"$out"
            exit {status}
        """)
        program.chmod(0o755)
        with pytest.raises(error, match=said):
            factor_gpu.compare([12], program=program)


def test_without_the_program_it_says_so(tmp_path):
    with pytest.raises(factor_gpu.UnavailableError, match="./dev build"):
        factor_gpu.compare([12], program=tmp_path / "missing")
