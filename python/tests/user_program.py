# SPDX-License-Identifier: MIT
"""A user's program, for mypy --strict, pyright and a run: what is taken and returned, as its types say it.

An error that is expected has an ignore; --strict complains about one that is not needed.
"""
from __future__ import annotations

import array
from typing import Any, assert_type

import factor_gpu
import numpy
import numpy.typing
from factor_gpu import parts

numbers = numpy.array([12, 35, 97], numpy.uint64)

assert_type(factor_gpu.factor(360), list[int])
assert_type(factor_gpu.divisors(numpy.uint64(12)), list[int])
assert_type(factor_gpu.factor([12, 35]), factor_gpu.Lists)
assert_type(factor_gpu.factor((12, numpy.uint8(35))), factor_gpu.Lists)
assert_type(factor_gpu.factor(range(1, 10)), factor_gpu.Lists)
assert_type(factor_gpu.factor(numbers), factor_gpu.Lists)
assert_type(factor_gpu.factor(array.array("I", [12, 35])), factor_gpu.Lists)

lists = factor_gpu.factor(numbers)
assert_type(lists.offsets, numpy.typing.NDArray[numpy.uint64])
assert_type(lists[1:], factor_gpu.Lists)
assert_type(lists.tolist(), list[list[int]])
total: int = sum(int(primes.sum()) for primes in lists)
assert len(lists) == 3 and lists.kind == "primes" and lists.words == 1 and total == 116

assert_type(factor_gpu.phi(12), int)
assert_type(factor_gpu.is_prime(12), bool)
assert_type(factor_gpu.squarefree(12), bool)
assert_type(factor_gpu.smooth(12, 5), bool)
assert_type(factor_gpu.phi(numbers), numpy.typing.NDArray[Any])
assert_type(factor_gpu.columns(numbers, ["phi", ("smooth", 100)], wide="words"), dict[str, Any])

with factor_gpu.Engine(backend="serial", jobs=1, allow_zeros=True) as engine:
    assert_type(engine, factor_gpu.Engine)
    assert_type(engine.factor([0, 12]), factor_gpu.Lists)
    assert_type(engine.factor(12), list[int])
    assert_type(engine.backend, str)
assert_type(engine.closed, bool)

for device in factor_gpu.devices():
    assert_type(device.memory_bytes, int)
assert_type(factor_gpu.backends()[0].usable, bool)
assert_type(factor_gpu.to_uint128([2**100, 3]), numpy.typing.NDArray[Any])
for part in factor_gpu.chunks(numbers, 2):
    assert_type(factor_gpu.factor(part), factor_gpu.Lists)
for some in factor_gpu.chunks((n for n in range(1, 10)), 4):
    assert_type(factor_gpu.factor(some), factor_gpu.Lists)

plan = parts.plan(range(1, 1001), 4)
assert_type(plan, list[parts.Slice])
assert_type(factor_gpu.COLUMNS, tuple[str, ...])
assert_type(factor_gpu.__version__, str)

for wrong in (lambda: factor_gpu.factor(1.5),  # type: ignore[call-overload]
              lambda: factor_gpu.factor("12"),  # type: ignore[arg-type]
              lambda: factor_gpu.phi(None),  # type: ignore[call-overload]
              lambda: factor_gpu.divisors([1.5]),  # type: ignore[list-item]
              lambda: factor_gpu.Engine("serial"),  # type: ignore[call-arg]
              lambda: engine.columns(numbers, ["phi"], wide="floats")):  # type: ignore[arg-type]
    try:
        wrong()
    except (TypeError, ValueError):
        continue
    raise AssertionError
