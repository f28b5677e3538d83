# SPDX-License-Identifier: MIT
"""Numbers as arrays: what the extension asks Python for, and numbers of two words."""
from __future__ import annotations

import itertools
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
    if hasattr(source, "__array__"):
        array = numpy.asarray(source)
    else: # NumPy would make floats of a list with numbers of 2^63 and more
        array = numpy.fromiter(source, object, len(source))
    if array.dtype.kind not in "iuO" and not (array.dtype.kind == "f" and array.size == 0):
        kind = "floating-point" if array.dtype.kind == "f" else "no whole"
        raise TypeError(f"the entries are of the type {array.dtype}: {kind} numbers. If they are whole, convert "
                        "them with .astype(numpy.uint64)")
    return array


def refuse_missing(source: Any) -> None:
    """Raises ValueError for missing values, which NumPy would turn into floats, objects or what lies there.

    The extension calls this, too.
    """
    if isinstance(source, numpy.ma.MaskedArray):
        masked = int(numpy.count_nonzero(numpy.ma.getmaskarray(source)))
        if masked:
            raise ValueError(f"{masked} numbers are masked; leave them out with .compressed()")
        return
    null_count = getattr(source, "null_count", None)
    if callable(null_count):
        null_count = null_count()
    if null_count is None and hasattr(source, "isna") and getattr(source, "hasnans", True):
        null_count = int(numpy.count_nonzero(numpy.asarray(source.isna())))
    if null_count:
        raise ValueError(f"{null_count} numbers are missing (null); leave them out or fill them first")


def to_uint128(numbers: Numbers | Iterable[int] | int) -> numpy.typing.NDArray[Any]:
    """Returns an array of the type uint128 for numbers from 0 to 2^128 - 1.

    It takes what factor() takes, refuses what it refuses except zeros, and reads iterators, too. One number gives an
    array of one.
    """
    return _core.to_uint128(list(numbers) if isinstance(numbers, Iterator) else numbers)


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
    if isinstance(numbers, range): # len() takes none of 2^63 numbers
        while numbers:
            yield numbers[:size]
            numbers = numbers[size:]
        return
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
