# SPDX-License-Identifier: MIT
"""The functions of the package, on one engine that the process shares."""
from __future__ import annotations

import functools
import os
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar, overload

import numpy.typing

from . import _core
from ._arrays import Number, Numbers
from ._core import Engine, Lists

Array = numpy.typing.NDArray[Any]


class _Shared:
    """The engine of the functions: opened when it is first needed, and again in a forked process."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Leaves the engine of the process that this one was forked from, and its lock, to that process."""
        self.engine: Engine | None = None
        self.lock = threading.Lock()

    def open(self) -> Engine:
        with self.lock:
            if self.engine is None:
                self.engine = Engine()
            return self.engine


_shared = _Shared()
os.register_at_fork(after_in_child=_shared.forget)


def _engine() -> Engine:
    return _shared.engine or _shared.open()


@overload
def factor(numbers: Number) -> list[int]: ... # type: ignore[overload-overlap]
@overload
def factor(numbers: Numbers) -> Lists: ...
def factor(numbers):
    """Returns the prime factors of each number, ascending, each as often as it divides.

    numbers: one int from 1 to 2^128 - 1, or many: a list, a range, an array in one dimension of any integer type,
        what numpy.asarray() takes (pandas, pyarrow, polars), or an array of the type uint128.
    Returns a list of ints for one number, otherwise Lists with a list of uint64 for each number; if one of the
    numbers is 2^64 or more, all have the type uint128. The number 1 has no primes.
    Raises TypeError for what are no whole numbers, ValueError for 0, negative numbers, 2^128 or more, missing values
    and arrays of more dimensions, MemoryError for a range that does not fit into memory, and subclasses of Error for
    what the library reports. A sentence says which number it is.

    >>> factor_gpu.factor(360)
    [2, 2, 2, 3, 3, 5]
    >>> factor_gpu.factor([12, 35]).tolist()
    [[2, 2, 3], [5, 7]]
    """
    return _engine().factor(numbers)


@overload
def divisors(numbers: Number) -> list[int]: ... # type: ignore[overload-overlap]
@overload
def divisors(numbers: Numbers) -> Lists: ...
def divisors(numbers):
    """Returns all divisors of each number, ascending.

    Takes, returns and raises what factor() does. A number from 2^64 on with more than 262144 divisors raises
    TooManyDivisorsError, too; its primes say all.

    >>> factor_gpu.divisors(12)
    [1, 2, 3, 4, 6, 12]
    """
    return _engine().divisors(numbers)


def columns(numbers: Numbers | Number, names: Iterable[str | tuple[str, Number]],
            *, wide: Literal["ints", "words"] = "ints") -> dict[str, Any]:
    """Returns several columns at once, each number factored once: a dict from name to array (or int).

    names: any of factor_gpu.COLUMNS; "smooth" with its bound, as "smooth=100" or ("smooth", 100).
    wide: what an entry above 64 bits is: "ints", a Python int in an array of the type object, or "words", a
        struct of the type uint128 or uint192. With "ints" sigma of numbers below 2^64 is an array of uint64
        if all sums are below 2^64. Parquet takes no Python ints of 2^64 or more: "words" fits it.
    An array has the type that the function of the column's name says, and an entry for each number.
    Raises what factor() raises, and ValueError for a name that is no column's, and for a bound that is missing, out of
    range or too many.

    >>> factor_gpu.columns([12, 35], ["phi", "count"])
    {'phi': array([ 4, 24], dtype=uint64), 'count': array([6, 4], dtype=uint64)}
    """
    return _engine().columns(numbers, names, wide=wide)


Entry = TypeVar("Entry", covariant=True)


class ColumnFunction(Protocol[Entry]):
    """A function of whole numbers: one gives an int (or bool), many give an array."""

    @overload
    def __call__(self, numbers: Number) -> Entry: ... # type: ignore[overload-overlap]
    @overload
    def __call__(self, numbers: Numbers) -> Array: ...


def _column(function: Callable[[Any], Any]) -> ColumnFunction[int]:
    """Makes the function of a column of whole numbers, with the name and the text of the one that is given."""
    return _make_column(function, "an int")


def _wide_column(function: Callable[[Any], Any]) -> ColumnFunction[int]:
    """Makes the function of a column that can have as many words as the numbers."""
    return _make_column(function, "an int", " If one of the numbers is 2^64 or more, they are ints (dtype object).")


def _column_of_bools(function: Callable[[Any], Any]) -> ColumnFunction[bool]:
    return _make_column(function, "a bool")


def _make_column(function: Callable[[Any], Any], one: str, wide: str = "") -> Any:
    name = function.__name__

    @functools.wraps(function)
    def compute(numbers: Any) -> Any:
        return _engine().column(numbers, name)
    compute.__doc__ = f"""{function.__doc__}

    numbers: what factor() takes.
    Returns {one} for one number, otherwise an array with an entry for each number.{wide}
    Raises what factor() raises.
    """
    return compute


@_column
def count(numbers):
    """Returns tau(n), the number of divisors: uint64."""


@_wide_column
def sigma(numbers):
    """Returns the sum of the divisors: uint64, or ints (dtype object) if one of the sums is 2^64 or more."""


@_wide_column
def phi(numbers):
    """Returns Euler's totient, how many of 1 .. n have no factor in common with n: uint64."""


@_column
def mobius(numbers):
    """Returns the Moebius function, -1, 0 or 1: int8."""


@_column
def omega(numbers):
    """Returns how many distinct primes divide n: uint64."""


@_column
def bigomega(numbers):
    """Returns how many prime factors n has, with multiplicity: uint64."""


@_wide_column
def radical(numbers):
    """Returns the product of the distinct primes: uint64."""


@_wide_column
def spf(numbers):
    """Returns the smallest prime factor, 1 for n = 1: uint64."""


@_wide_column
def gpf(numbers):
    """Returns the greatest prime factor, 1 for n = 1: uint64."""


@_column_of_bools
def is_prime(numbers):
    """Returns whether n is a prime, which is proved: bool. It takes 0, which is none."""


@_column
def liouville(numbers):
    """Returns Liouville's function, -1 or 1: int8."""


@_column_of_bools
def squarefree(numbers):
    """Returns whether no square above 1 divides n: bool."""


@_wide_column
def core(numbers):
    """Returns the squarefree part, n without its largest square divisor: uint64."""


@_wide_column
def sopfr(numbers):
    """Returns the sum of the primes with multiplicity, 0 for n = 1: uint64."""


@_wide_column
def sopf(numbers):
    """Returns the sum of the distinct primes, 0 for n = 1: uint64."""


@_wide_column
def carmichael(numbers):
    """Returns Carmichael's function, the reduced totient: uint64."""


@overload
def smooth(numbers: Number, bound: Number) -> bool: ... # type: ignore[overload-overlap]
@overload
def smooth(numbers: Numbers, bound: Number) -> Array: ...
def smooth(numbers, bound):
    """Returns whether no prime factor exceeds the bound: bool.

    numbers: what factor() takes.
    bound: a whole number from 1 to 2^64 - 1.
    Returns a bool for one number, otherwise an array with an entry for each number.
    Raises what factor() raises, and TypeError or ValueError for the bound.

    >>> factor_gpu.smooth([12, 35, 97], 7)
    array([ True,  True, False])
    """
    return _engine().column(numbers, "smooth", bound)


@dataclass(frozen=True)
class Device:
    """A CUDA device. `index` is what Engine(devices=[...]) takes; `reason` says why it is not usable."""

    index: int
    name: str
    capability: tuple[int, int]
    multiprocessors: int
    memory_bytes: int
    driver_version: int
    runtime_version: int
    pci_bus_id: str
    usable: bool
    reason: str


@dataclass(frozen=True)
class Backend:
    """A place where numbers can be answered. `reason` says why it is not usable here."""

    name: str
    summary: str
    usable: bool
    reason: str


def devices() -> list[Device]:
    """Returns the CUDA devices of this machine; none if there is none (backends() says why).

    Raises a subclass of Error if the driver fails otherwise.
    """
    return [Device(**facts) for facts in _core.devices()]


def backends() -> list[Backend]:
    """Returns the backends that Engine(backend=...) takes, besides "auto"."""
    return [Backend(**facts) for facts in _core.backends()]
