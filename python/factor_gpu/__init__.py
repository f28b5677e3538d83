# SPDX-License-Identifier: MIT
"""Every divisor and every prime factor of a batch of numbers, on GPUs and CPUs.

>>> import factor_gpu
>>> factor_gpu.factor(360)
[2, 2, 2, 3, 3, 5]
>>> factor_gpu.phi(range(1, 11))
array([1, 1, 2, 2, 4, 2, 6, 4, 6, 4], dtype=uint64)

One number in gives one value, many numbers give arrays of NumPy, or Lists. Numbers are whole numbers from 1 to
2^128 - 1. The functions share one engine, which decides where they run; an Engine of your own can be told.
"""
from . import _core
from ._arrays import chunks, to_ints, to_uint128, uint128, uint192
from ._comparison import compare
from ._core import Engine, Lists
from ._errors import (ArgumentError, CancelledError, DeviceError, Error, InternalError, OutOfMemoryError,
                      SelfCheckError, SystemRefusedError, TooManyDivisorsError, UnavailableError,
                      WorkerDiedError)
from ._functions import (Backend, Device, backends, bigomega, carmichael, columns, core, count, devices,
                         divisors, factor, gpf, is_prime, liouville, mobius, omega, phi, radical, sigma,
                         smooth, sopf, sopfr, spf, squarefree)

__version__: str = _core.build_info()["version"]

# The names that columns() takes.
COLUMNS: tuple[str, ...] = tuple(_core.column_names())

__all__ = [
    "ArgumentError", "Backend", "COLUMNS", "CancelledError", "Device", "DeviceError", "Engine", "Error",
    "InternalError", "Lists", "OutOfMemoryError", "SelfCheckError", "SystemRefusedError",
    "TooManyDivisorsError", "UnavailableError", "WorkerDiedError", "backends", "bigomega", "carmichael",
    "chunks", "columns", "compare", "core", "count", "devices", "divisors", "factor", "gpf", "is_prime",
    "liouville", "mobius", "omega", "phi", "radical", "sigma", "smooth", "sopf", "sopfr", "spf", "squarefree",
    "to_ints", "to_uint128", "uint128", "uint192",
]
