# SPDX-License-Identifier: MIT
"""Numbers as arrays: what the extension asks Python for, and numbers of two words."""
from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Iterator, Sequence, Set, ValuesView
from typing import Any, Protocol, SupportsIndex, Union, overload

import numpy
import numpy.typing

from . import _core

# Numbers below 2^128 and 2^192 as structs of 64-bit words, the lowest first, in this machine's order.
uint128 = numpy.dtype([("lo", numpy.uint64), ("hi", numpy.uint64)])
uint192 = numpy.dtype([("lo", numpy.uint64), ("mid", numpy.uint64), ("hi", numpy.uint64)])

# Types that the functions take as one number.
Number = Union[int, "numpy.integer[Any]"]


class SupportsArray(Protocol):
    """An object that numpy.asarray() takes: a pandas Series, an array of pyarrow, a Series of polars."""

    def __array__(self) -> numpy.typing.NDArray[Any]: ...


# Types that the functions take as many numbers.
Numbers = Union[Sequence[Number], range, numpy.typing.NDArray[Any], SupportsArray]


def as_array(source: Any) -> numpy.typing.NDArray[Any]:
    """Returns an array of integers for what has no buffer; the extension calls this."""
    if isinstance(source, Iterator):
        raise TypeError(f"{_kind_of(source)} has no length; read it in parts: "
                        "for part in factor_gpu.chunks(numbers)")
    if isinstance(source, os.PathLike):
        raise TypeError(f"{_kind_of(source)} holds no numbers; read the file that it names, as with numpy.load()")
    if isinstance(source, _core.Lists):
        raise TypeError("Lists hold several numbers for each; give their values, as in lists.values")
    if hasattr(source, "as_integer_ratio") and not isinstance(source, type): # a Decimal, a Fraction
        raise TypeError(f"the number is {source!r:.60}, of the type {type(source).__name__}; numbers are whole "
                        "numbers; convert it with int() if it is whole")
    if not hasattr(source, "__array__") and not isinstance(source, (Sequence, numpy.ndarray)):
        advice = "; list() makes one of it" if isinstance(source, (Set, ValuesView)) else ""
        raise TypeError(f"{_kind_of(source)} is no sequence of numbers; numbers are whole numbers, "
                        f"a list of them, a range, or what numpy.asarray() takes{advice}")
    shape = getattr(source, "shape", ())
    if isinstance(shape, tuple) and len(shape) > 1:
        raise ValueError(f"{_kind_of(source)} has {len(shape)} dimensions; numbers have one: give one of its columns")
    refuse_missing(source)
    if hasattr(source, "__array__"):
        try:
            array = numpy.asarray(source)
        except Exception as error: # each of the packages raises another
            raise TypeError(f"NumPy cannot read {_kind_of(source)} ({error}); give a list of ints") from error
    else: # NumPy would make floats of a list with numbers of 2^63 and more
        array = numpy.fromiter(source, object, len(source))
    if array.dtype.kind == "f" and array.size > 0:
        raise TypeError(f"the entries are of the type {array.dtype}: floating-point numbers, which cannot hold every "
                        "whole number; if they are whole, convert them to unsigned 64-bit integers")
    if array.dtype.kind in "SUT":
        raise TypeError(f"the entries are of the type {array.dtype}: texts; convert them to unsigned 64-bit "
                        "integers, or with int() if they are longer")
    if array.dtype.kind not in "iuOf":
        raise TypeError(f"the entries are of the type {array.dtype}; numbers are whole numbers")
    return array


def _kind_of(source: Any) -> str:
    """Returns the type of a value with its article, as a sentence begins with it."""
    name = type(source).__name__
    return f"an {name}" if name[0] in "AEIOaeio" else f"a {name}"


def refuse_missing(source: Any) -> None:
    """Raises ValueError for missing values, which NumPy would turn into floats, objects or what lies there.

    Raises TypeError for a date of NumPy, which shows its bytes. The extension calls this, too.
    """
    viewed = isinstance(source, memoryview)
    if viewed: # in another order, perhaps
        source = source.obj
    if isinstance(source, (numpy.datetime64, numpy.timedelta64)):
        raise TypeError(f"the number is {source!r}, of the type {type(source).__name__}; numbers are whole numbers")
    if isinstance(source, numpy.ma.MaskedArray):
        _refuse_marked(numpy.ma.getmaskarray(source), "masked; leave out what is, with .compressed()", viewed)
        return
    null_count = getattr(source, "null_count", None) # of pyarrow and polars
    if null_count is not None:
        if callable(null_count):
            null_count = null_count()
        if null_count:
            _refuse_marked(source.is_null(), _MISSING)
        return
    if hasattr(source, "isna"): # of pandas
        try:
            if getattr(source, "hasnans", True):
                _refuse_marked(source.isna(), _MISSING)
        except NotImplementedError: # an index of tuples, which is refused as such
            pass


_MISSING = "missing (null); leave out what is, or fill it first"


def _refuse_marked(marks: Any, words: str, viewed: bool = False) -> None:
    """Raises ValueError if one of the marks is true, with the place of the first if it is known."""
    marks = numpy.asarray(marks)
    places = numpy.flatnonzero(marks)
    if len(places) == 0:
        return
    place = "an entry" if viewed else f"numbers[{places[0]}]" if marks.ndim > 0 else "the number"
    raise ValueError(f"{place} is {words}" if len(places) == 1 else f"{place} and {len(places) - 1} more are {words}")


def to_uint128(numbers: Numbers | Iterable[Number] | Number) -> numpy.typing.NDArray[Any]:
    """Returns an array of the type uint128 for numbers from 0 to 2^128 - 1.

    It takes what factor() takes, refuses what it refuses except zeros, and reads iterators, too. The array has one
    dimension; one number gives an array of one.
    """
    return _core.to_uint128(list(numbers) if isinstance(numbers, Iterator) else numbers)


def to_ints(array: numpy.typing.NDArray[Any]) -> numpy.typing.NDArray[Any]:
    """Returns an array of Python ints (dtype object) for one of uint128, uint192 or an integer type.

    Raises TypeError for anything else.
    """
    if not isinstance(array, numpy.ndarray) or not (array.dtype in (uint128, uint192) or array.dtype.kind in "iuO"):
        kind = f"an array of {array.dtype}" if isinstance(array, numpy.ndarray) else _kind_of(array)
        raise TypeError(f"to_ints() takes an array of uint128, uint192 or an integer type, and not {kind}")
    if array.dtype.names is None:
        return array.astype(object)
    total = array[array.dtype.names[-1]].astype(object)
    for name in reversed(array.dtype.names[:-1]):
        total = total * (1 << 64) + array[name].astype(object)
    return total


@overload
def chunks(numbers: range, size: int = ...) -> Iterator[range]: ...
@overload
def chunks(numbers: numpy.typing.NDArray[Any], size: int = ...) -> Iterator[numpy.typing.NDArray[Any]]: ...
@overload
def chunks(numbers: Iterable[Number], size: int = ...) -> Iterator[Sequence[Number]]: ...
@overload
def chunks(numbers: Any, size: int = ...) -> Iterator[Any]: ...
def chunks(numbers: Any, size: int = 1 << 20) -> Iterator[Any]:
    """Yields the numbers in parts of at most `size`, so that memory stays bounded.

    A sequence (an array, a memory map, a list, a range, a Series) is sliced without copying, and any other
    iterable (a generator, a file's lines made ints) is read as far as it is needed, into lists. Raises TypeError and
    ValueError for a size that is none, and for what cannot be cut.

    >>> sum(int(factor_gpu.phi(part).sum()) for part in factor_gpu.chunks(range(1, 10**6 + 1)))
    303963552392
    """
    if isinstance(size, bool) or not isinstance(size, SupportsIndex):
        raise TypeError(f"size is {size!r}, of the type {type(size).__name__}; it is a whole number")
    if size < 1:
        raise ValueError(f"size is {size}; a part has at least one number")
    _refuse_uncuttable(numbers)
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


def _refuse_uncuttable(numbers: Any) -> None:
    if isinstance(numbers, (str, bytes, bytearray, dict)) or not isinstance(numbers, Iterable) or (
            getattr(numbers, "ndim", 1) == 0):
        raise TypeError(f"{_kind_of(numbers)} cannot be cut into parts; give a list, a range, an array, or anything "
                        "that yields whole numbers")


def restore_lists(offsets: numpy.typing.NDArray[Any], values: numpy.typing.NDArray[Any], kind: str,
                  words: int) -> _core.Lists:
    """Returns the lists of a pickle, which finds functions of Python only."""
    return _core.restore_lists(offsets, values, kind, words)
