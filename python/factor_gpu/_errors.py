# SPDX-License-Identifier: MIT
"""The library's failures as exceptions. The message is the library's own."""


class Error(Exception):
    """The base of all failures that the library reports."""


class ArgumentError(Error, ValueError):
    """An argument is outside its range, or an engine is used where it must not be."""


class OutOfMemoryError(Error, MemoryError):
    """The library got no memory."""


class SystemRefusedError(Error, RuntimeError):
    """The operating system refused a request."""


class UnavailableError(Error, RuntimeError):
    """The backend cannot run on this machine, or is not in this build."""


class WorkerDiedError(Error, RuntimeError):
    """A worker process died."""


class DeviceError(Error, RuntimeError):
    """The GPU reported an error."""


class SelfCheckError(Error, RuntimeError):
    """An answer failed its check. Please report it, unless the numbers were changed while they were answered."""


class CancelledError(Error, RuntimeError):
    """Engine.cancel() ended the batch."""


class InternalError(Error, RuntimeError):
    """A defect of the library. Please report it."""


class TooManyDivisorsError(Error, ValueError):
    """A number has more divisors than a list holds. Ask for its primes."""


# In the order of enum fg_status, from FG_ERROR_ARGUMENT on.
STATUS_CLASSES = (ArgumentError, OutOfMemoryError, SystemRefusedError, UnavailableError, WorkerDiedError,
                  DeviceError, SelfCheckError, CancelledError, InternalError, TooManyDivisorsError)


for _shown in (Error, *STATUS_CLASSES):
    _shown.__module__ = "factor_gpu" # as a user catches it, also in a traceback


def class_of_status(status: int) -> type[Error]:
    """Returns the exception of a status of the library that is not FG_OK."""
    return STATUS_CLASSES[status - 1] if 1 <= status <= len(STATUS_CLASSES) else Error
