# SPDX-License-Identifier: MIT
"""The file of a part: .npy and .u64le with the bytes that the program writes, or .parquet."""

from __future__ import annotations

import fcntl
import operator
import os
import re
import secrets
import socket
import stat
from collections.abc import Mapping, Sequence
from typing import IO, Any, Union

import numpy as np
from numpy.typing import NDArray

from ._core import column_names
from ._sources import MAX_NUMBER, Numbers, as_array, read_number

#: A column's values, or the offsets and values of its lists.
Lists = tuple[NDArray[np.uint64], NDArray[np.uint64]]
Column = Union[NDArray[Any], Lists]

LISTS = ("divisors", "primes")
#: Two words a value, the lower first.
WIDE = ("sigma",)
SIGNED = ("mobius", "liouville")
#: The column that has a bound.
_BOUNDED = "smooth"
FORMATS = {".npy": "npy", ".u64le": "u64le", ".parquet": "parquet"}

_NPY_MAGIC = b"\x93NUMPY\x01\x00"
_NPY_ALIGNMENT = 64
_NPY_COUNT_DIGITS = 20
_TEMPORARY = ".part"
#: Of sigma(n) for n below 2^64.
_SIGMA_DIGITS = 21


def _name_column(column: str | tuple[str, int]) -> str:
    """Returns the name of a column as the program writes it: "phi", or "smooth=7"."""
    if isinstance(column, str):
        name, equals, text = column.partition("=")
        bound = read_number(text) if equals else None
        is_given = equals != ""
    elif isinstance(column, tuple) and len(column) == 2 and isinstance(column[0], str):
        name = column[0]
        bound = None if column[1] is None else operator.index(column[1])
        is_given = bound is not None
    else:
        raise TypeError(f"{column!r} is no column: take a name, or a pair as (\"smooth\", 100)")
    known = (*LISTS, *column_names())
    if name not in known:
        raise ValueError(f"there is no column {name!r}; there are {', '.join(known)}")
    if name != _BOUNDED:
        if is_given:
            raise ValueError(f"the column {name} has no bound")
        return name
    if bound is None or not 1 <= bound <= MAX_NUMBER:
        raise ValueError(
            f"the bound of {column!r} is not a whole number from 1 to {MAX_NUMBER}; write digits, "
            "10^18, 1e9 or 2^64-1, as in 'smooth=100'"
        )
    return f"{name}={bound}"


def name_columns(columns: str | Sequence[str | tuple[str, int]]) -> tuple[str, ...]:
    """Returns the names of columns as the program writes them. ValueError if one is none."""
    asked = columns.split(",") if isinstance(columns, str) else columns
    names = tuple(_name_column(column) for column in asked)
    if not names or len(set(names)) < len(names):
        raise ValueError(f"columns are {names}: name at least one, and each once")
    return names


def format_of(destination: str, columns: tuple[str, ...]) -> str:
    """Returns the format that the name of a file asks for."""
    suffix = os.path.splitext(destination)[1]
    if suffix not in FORMATS:
        raise ValueError(f"{destination}: name the part .npy, .u64le or .parquet")
    lists = [column for column in columns if column in LISTS]
    if lists and FORMATS[suffix] == "npy":
        raise ValueError(f"{destination}: an array has no lists such as {lists[0]}: take .parquet")
    return FORMATS[suffix]


def npy_header(columns: tuple[str, ...], count: int) -> bytes:
    """Returns the header that the program writes: of one column, or of n and several."""
    fields = [("n", "<u8")] if len(columns) > 1 else []
    for column in columns:
        if column in WIDE:
            fields += [(f"{column}_lo", "<u8"), (f"{column}_hi", "<u8")]
        else:
            fields.append((column, "<i8" if column in SIGNED else "<u8"))
    descr = "".join(f"('{name}', '{kind}'), " for name, kind in fields)
    text = f"'{fields[0][1]}'" if len(fields) == 1 else f"[{descr}]"
    text = f"{{'descr': {text}, 'fortran_order': False, 'shape': ("
    preamble = len(_NPY_MAGIC) + 2
    size = preamble + len(text) + _NPY_COUNT_DIGITS + len(",), }\n")
    size += -size % _NPY_ALIGNMENT
    text = f"{text}{count},), }}".ljust(size - preamble - 1) + "\n"
    return _NPY_MAGIC + (size - preamble).to_bytes(2, "little") + text.encode()


def _words(column: NDArray[Any]) -> NDArray[np.uint64]:
    """Returns a column as words of 64 bits: a row for each number."""
    if column.dtype.names is not None:
        return np.stack([column[name] for name in column.dtype.names], axis=1)
    if column.dtype.kind == "i":
        column = column.astype(np.int64).view(np.uint64)
    return column.astype(np.uint64, copy=False).reshape(-1, 1)


def _pack_rows(fields: list[NDArray[np.uint64]], count: int) -> NDArray[np.uint64]:
    """Returns records that all have the same length."""
    if len(fields) == 1:
        return np.ascontiguousarray(fields[0], dtype="<u8").reshape(-1)
    rows = np.empty((count, sum(one.shape[1] for one in fields)), dtype="<u8")
    at = 0
    for one in fields:
        rows[:, at : at + one.shape[1]] = one
        at += one.shape[1]
    return rows.reshape(-1)


def _pack_lists(fields: list[Any], count: int) -> NDArray[np.uint64]:
    """Returns records with lists, each behind its length."""
    sizes = np.zeros(count, dtype=np.int64)
    for one in fields:
        sizes += 1 + np.diff(one[0].astype(np.int64)) if isinstance(one, tuple) else one.shape[1]
    ends = np.cumsum(sizes)
    at = ends - sizes
    words = np.empty(int(ends[-1]) if count > 0 else 0, dtype="<u8")
    for one in fields:
        if not isinstance(one, tuple):
            for index in range(one.shape[1]):
                words[at + index] = one[:, index]
            at = at + one.shape[1]
            continue
        offsets = one[0].astype(np.int64)
        lengths = np.diff(offsets)
        words[at] = lengths
        places = np.arange(len(one[1])) + np.repeat(at + 1 - offsets[:-1], lengths)
        words[places] = one[1]
        at = at + 1 + lengths
    return words


def pack_words(numbers: Numbers, columns: Mapping[str, Column]) -> NDArray[np.uint64]:
    """Returns the records of the numbers, one after the other: n if there are several columns, and
    their values."""
    fields: list[Any] = [_words(as_array(numbers))] if len(columns) > 1 else []
    fields += [one if isinstance(one, tuple) else _words(one) for one in columns.values()]
    has_lists = any(isinstance(one, tuple) for one in fields)
    return (_pack_lists if has_lists else _pack_rows)(fields, len(numbers))


class _Words:
    """Writes records; of an array the header comes last, because it has the length."""

    def __init__(self, file: IO[bytes], columns: tuple[str, ...], is_array: bool) -> None:
        self.file, self.columns, self.is_array = file, columns, is_array
        self.count = 0
        if is_array:
            file.write(npy_header(columns, 0))

    def write(self, numbers: Numbers, columns: Mapping[str, Column]) -> None:
        self.count += len(numbers)
        self.file.write(pack_words(numbers, columns).data)

    def finish(self) -> None:
        if self.is_array:
            self.file.seek(0)
            self.file.write(npy_header(self.columns, self.count))


class _Parquet:
    """Writes the numbers and their columns, a row group for each chunk."""

    def __init__(self, file: IO[bytes], columns: tuple[str, ...]) -> None:
        import pyarrow
        import pyarrow.parquet

        self.arrow = pyarrow
        fields = [("n", pyarrow.uint64()), *((name, self._type(name)) for name in columns)]
        self.schema = pyarrow.schema(fields)
        self.writer = pyarrow.parquet.ParquetWriter(file, self.schema, compression="zstd")

    def _type(self, name: str) -> Any:
        if name in LISTS:
            return self.arrow.large_list(self.arrow.uint64())
        if name in WIDE:
            return self.arrow.decimal128(_SIGMA_DIGITS, 0)
        if name in SIGNED:
            return self.arrow.int8()
        is_truth = name in ("is_prime", "squarefree") or name.startswith("smooth=")
        return self.arrow.bool_() if is_truth else self.arrow.uint64()

    def _array(self, name: str, column: Column) -> Any:
        arrow = self.arrow
        if isinstance(column, tuple):
            offsets = arrow.array(column[0].astype(np.int64, copy=False))
            return arrow.LargeListArray.from_arrays(offsets, arrow.array(column[1]))
        if name in WIDE:
            words = np.ascontiguousarray(_words(column))
            buffers = [None, arrow.py_buffer(words)]
            return arrow.Array.from_buffers(self._type(name), len(words), buffers)
        kind = self._type(name)
        if arrow.types.is_boolean(kind):
            return arrow.array(column.astype(bool))
        return arrow.array(column).cast(kind)

    def write(self, numbers: Numbers, columns: Mapping[str, Column]) -> None:
        arrays = [self.arrow.array(as_array(numbers))]
        arrays += [self._array(name, column) for name, column in columns.items()]
        self.writer.write_table(self.arrow.Table.from_arrays(arrays, schema=self.schema))

    def finish(self) -> None:
        self.writer.close()


def open_writer(file: IO[bytes], format: str, columns: tuple[str, ...]) -> _Words | _Parquet:
    if format == "parquet":
        return _Parquet(file, columns)
    return _Words(file, columns, format == "npy")


# ---- The file until it is complete ----


def _lock(file: IO[bytes]) -> None:
    """Locks the file for as long as this process has it, if the file system has locks."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        pass


def remove_leftovers(destination: str) -> None:
    """Removes what runs of this part that were killed have left: files that nobody has locked, and
    that have names as Unfinished gives them. All others are somebody else's."""
    folder, name = os.path.split(os.path.realpath(destination))
    own = re.compile(re.escape(name) + r"\.[^/]+-[0-9]+-[0-9a-f]{8}" + re.escape(_TEMPORARY))
    for entry in os.listdir(folder):
        if own.fullmatch(entry) is None:
            continue
        path = os.path.join(folder, entry)
        try:
            with open(path, "rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                os.unlink(path)
        except OSError:
            pass  # a run that is alive has it, or there are no locks here


class Unfinished:
    """A file beside the final name, which it gets when it is complete and on the disk.

    Two runs of the same part at once, as of a machine that was given up and comes back, have a file
    each, and the last that ends leaves its own: they have the same bytes.
    """

    def __init__(self, destination: str) -> None:
        self.destination = os.path.realpath(destination)
        remove_leftovers(destination)
        run = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
        self.path = f"{self.destination}.{run}{_TEMPORARY}"
        self.file: IO[bytes] = open(self.path, "xb")
        _lock(self.file)

    def save(self) -> None:
        """Gives the file its final name."""
        self.file.flush()
        os.fsync(self.file.fileno())
        if os.path.exists(self.destination):
            os.fchmod(self.file.fileno(), stat.S_IMODE(os.stat(self.destination).st_mode))
        os.replace(self.path, self.destination)
        self.file.close()
        folder = os.open(os.path.dirname(self.destination), os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def discard(self) -> None:
        """Removes the file, if it does not have its final name."""
        try:
            self.file.close()
        except OSError:
            pass  # what was left to write did not find room
        try:
            os.unlink(self.path)
        except FileNotFoundError:
            pass
