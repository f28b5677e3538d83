# SPDX-License-Identifier: MIT
"""The functions of the package, on one engine that the process shares."""
from __future__ import annotations

import functools
import os
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal, Protocol, overload

import numpy.typing

from . import _core
from ._arrays import Numbers
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
def factor(numbers: int) -> list[int]: ...
@overload
def factor(numbers: Numbers) -> Lists: ...
def factor(numbers):
    """Returns the prime factors of each number, ascending, each as often as it divides.

    numbers: one int from 1 to 2^128 - 1, or many: a list, a range, an array of any integer type, what
        numpy.asarray() takes (pandas, pyarrow, polars), or an array of the type uint128.
    Returns a list of ints for one number, otherwise Lists. The number 1 has no primes.
    Raises TypeError for what are no whole numbers, ValueError for 0, negative numbers and 2^128 or more.

    >>> factor_gpu.factor(360)
    [2, 2, 2, 3, 3, 5]
    >>> factor_gpu.factor([12, 35]).tolist()
    [[2, 2, 3], [5, 7]]
    """
    return _engine().factor(numbers)


@overload
def divisors(numbers: int) -> list[int]: ...
@overload
def divisors(numbers: Numbers) -> Lists: ...
def divisors(numbers):
    """Returns all divisors of each number, ascending.

    Takes and returns what factor() does. A number from 2^64 on with more than 262144 divisors raises
    TooManyDivisorsError; its primes say all.

    >>> factor_gpu.divisors(12)
    [1, 2, 3, 4, 6, 12]
    """
    return _engine().divisors(numbers)


def columns(numbers: Numbers | int, names: Iterable[str | tuple[str, int]],
            *, wide: Literal["ints", "words"] = "ints") -> dict[str, Any]:
    """Returns several columns at once, each number factored once: a dict from name to array (or int).

    names: any of factor_gpu.COLUMNS; "smooth" with its bound, as "smooth=100" or ("smooth", 100).
    wide: what an entry above 64 bits is: "ints", a Python int in an array of the type object, or "words", a
        struct of the type uint128 or uint192. With "ints" sigma of numbers below 2^64 is an array of uint64
        if all sums are below 2^64. Parquet takes no Python ints of 2^64 or more: "words" fits it.

    >>> factor_gpu.columns([12, 35], ["phi", "count"])
    {'phi': array([ 4, 24], dtype=uint64), 'count': array([6, 4], dtype=uint64)}
    """
    return _engine().columns(numbers, names, wide=wide)


class ColumnFunction(Protocol):
    """A function of whole numbers: an int gives an int (or bool), many numbers give an array."""

    @overload
    def __call__(self, numbers: int) -> int: ...
    @overload
    def __call__(self, numbers: Numbers) -> Array: ...


def _column(function: Callable[[Any], Any]) -> ColumnFunction:
    """Makes the function of a column, with the name and the text of the one that is given."""
    name = function.__name__

    @functools.wraps(function)
    def compute(numbers: Any) -> Any:
        return _engine().column(numbers, name)
    return compute # type: ignore[return-value]


@_column
def count(numbers):
    """Returns tau(n), the number of divisors: uint64."""


@_column
def sigma(numbers):
    """Returns the sum of the divisors: uint64, or ints (dtype object) if one of the sums is 2^64 or more."""


@_column
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


@_column
def radical(numbers):
    """Returns the product of the distinct primes: uint64."""


@_column
def spf(numbers):
    """Returns the smallest prime factor, 1 for n = 1: uint64."""


@_column
def gpf(numbers):
    """Returns the greatest prime factor, 1 for n = 1: uint64."""


@_column
def is_prime(numbers):
    """Returns whether n is a prime, which is proved: bool. It takes 0, which is none."""


@_column
def liouville(numbers):
    """Returns Liouville's function, -1 or 1: int8."""


@_column
def squarefree(numbers):
    """Returns whether no square above 1 divides n: bool."""


@_column
def core(numbers):
    """Returns the squarefree part, n without its largest square divisor: uint64."""


@_column
def sopfr(numbers):
    """Returns the sum of the primes with multiplicity, 0 for n = 1: uint64."""


@_column
def sopf(numbers):
    """Returns the sum of the distinct primes, 0 for n = 1: uint64."""


@_column
def carmichael(numbers):
    """Returns Carmichael's function, the reduced totient: uint64."""


@overload
def smooth(numbers: int, bound: int) -> bool: ...
@overload
def smooth(numbers: Numbers, bound: int) -> Array: ...
def smooth(numbers, bound):
    """Returns whether no prime factor exceeds the bound, which is from 1 to 2^64 - 1: bool.

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
    """Returns the CUDA devices of this machine; none if there is none (backends() says why)."""
    return [Device(**facts) for facts in _core.devices()]


def backends() -> list[Backend]:
    """Returns the backends that Engine(backend=...) takes, besides "auto"."""
    return [Backend(**facts) for facts in _core.backends()]
