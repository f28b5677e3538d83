# SPDX-License-Identifier: MIT
"""Numbers as arrays: what the extension asks Python for, and numbers of two words."""
from __future__ import annotations

import itertools
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Union

import numpy
import numpy.typing

from . import _core

# Numbers below 2^128 and 2^192 as structs of 64-bit words, the lowest first, in this machine's order.
uint128 = numpy.dtype([("lo", numpy.uint64), ("hi", numpy.uint64)])
uint192 = numpy.dtype([("lo", numpy.uint64), ("mid", numpy.uint64), ("hi", numpy.uint64)])

# What the functions take as many numbers.
Numbers = Union[Sequence[int], range, numpy.typing.NDArray[Any], "SupportsArray"]


class SupportsArray:
    """What numpy.asarray() takes: a pandas Series, an array of pyarrow, a Series of polars."""

    def __array__(self) -> numpy.typing.NDArray[Any]:
        raise NotImplementedError


def as_array(source: Any) -> numpy.typing.NDArray[Any]:
    """Returns an array of integers for what has no buffer; the extension calls this."""
    if isinstance(source, Iterator):
        raise TypeError(f"a {type(source).__name__} has no length; read it in parts: "
                        "for part in factor_gpu.chunks(numbers)")
    if not hasattr(source, "__array__") and not isinstance(source, (Sequence, numpy.ndarray)):
        raise TypeError(f"a {type(source).__name__} is no sequence of numbers; numbers are whole numbers, "
                        "a list of them, a range, or what numpy.asarray() takes")
    refuse_missing(source)
    array = source if isinstance(source, numpy.ndarray) else numpy.asarray(source)
    if array.dtype.kind not in "iuO":
        kind = "floating-point" if array.dtype.kind == "f" else "no whole"
        raise TypeError(f"the entries are of the type {array.dtype}: {kind} numbers. If they are whole, convert "
                        "them with .astype(numpy.uint64)")
    return array


def refuse_missing(source: Any) -> None:
    """Raises ValueError for missing values, which NumPy would turn into floats or objects."""
    null_count = getattr(source, "null_count", None)
    if callable(null_count):
        null_count = null_count()
    if null_count is None and getattr(source, "hasnans", False):
        null_count = int(source.isna().sum())
    if null_count:
        raise ValueError(f"{null_count} numbers are missing (null); leave them out or fill them first")


def to_uint128(numbers: Iterable[int]) -> numpy.typing.NDArray[Any]:
    """Returns an array of the type uint128 for ints from 0 to 2^128 - 1."""
    ints = [int(n) for n in numbers]
    for i, n in enumerate(ints):
        if not 0 <= n < 1 << 128:
            raise ValueError(f"numbers[{i}] is {n}; uint128 holds 0 to 2^128 - 1")
    data = b"".join(n.to_bytes(16, sys.byteorder) for n in ints)
    words = numpy.frombuffer(data, numpy.uint64).copy()
    if sys.byteorder == "big":
        words = words.reshape(-1, 2)[:, ::-1].copy()
    return words.view(uint128).reshape(-1)


def to_ints(array: numpy.typing.NDArray[Any]) -> numpy.typing.NDArray[Any]:
    """Returns an array of Python ints (dtype object) for one of uint128, uint192 or an integer type."""
    if array.dtype.names is None:
        return array.astype(object)
    total = array[array.dtype.names[-1]].astype(object)
    for name in reversed(array.dtype.names[:-1]):
        total = total * (1 << 64) + array[name].astype(object)
    return total


def chunks(numbers: Any, size: int = 1 << 20) -> Iterator[Any]:
    """Yields the numbers in parts of at most `size`, so that memory stays bounded.

    A sequence (an array, a memory map, a list, a range, a Series) is sliced without copying, and any other
    iterable (a generator, a file's lines made ints) is read as far as it is needed, into lists.

    >>> sum(int(factor_gpu.phi(part).sum()) for part in factor_gpu.chunks(range(1, 10**6 + 1)))
    303963552392
    """
    if size < 1:
        raise ValueError(f"size is {size}; a part has at least one number")
    if hasattr(numbers, "iloc"): # pandas slices by labels otherwise
        numbers = numbers.iloc
        length = len(numbers.obj)
    elif hasattr(numbers, "__len__") and hasattr(numbers, "__getitem__"):
        length = len(numbers)
    else:
        iterator = iter(numbers)
        while part := list(itertools.islice(iterator, size)):
            yield part
        return
    for begin in range(0, length, size):
        yield numbers[begin:begin + size]


def restore_lists(offsets: numpy.typing.NDArray[Any], values: numpy.typing.NDArray[Any], kind: str,
                  words: int) -> _core.Lists:
    """Returns the lists of a pickle, which finds functions of Python only."""
    return _core.restore_lists(offsets, values, kind, words)
