# SPDX-License-Identifier: MIT
"""Where the numbers of a part come from: ranges, .npy arrays, text and Parquet.

A part of a range, an array or a text has the numbers that `factor-gpu --shard` gives it: the input
is a row of bytes that is cut into parts of the same size, and a number belongs to the part in which
its first byte lies. A Parquet file is cut between row groups: a row group belongs to the part in
which its first row lies.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import re
import socket
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Literal, Union

import numpy as np
from numpy.typing import NDArray

Numbers = Union["NDArray[np.uint64]", range]
Truths = Union["NDArray[np.bool_]", None]
Kind = Literal["range", "npy", "text", "parquet"]

#: How many numbers are read at once, so that memory stays bounded.
CHUNK_NUMBERS = 1 << 20
#: A range with fewer numbers, or with a step, is answered as a list.
LISTED_RANGE_NUMBERS = 4096
#: What each number of a range counts for, as if it stood in a file.
RANGE_NUMBER_BYTES = 8
MAX_PARTS = 1_000_000
MAX_NUMBER = 2**64 - 1
#: How many things a part reports one by one.
MAX_COMPLAINTS = 20

_NO_DIVISORS = "has no finite set of divisors"
_TEXT_PIECE = 1 << 22
_LOOK_BYTES = 1 << 15
_FIRST_BYTES = 1 << 18
#: Characters of a token that a complaint shows.
_SHOWN = 40
#: Digits of a number below 2^64, without zeros before them.
_MOST_DIGITS, _MOST_HEX_DIGITS = 20, 16
_MARK = b"\xef\xbb\xbf"
_SEPARATORS = b" \t\n\v\f\r"
_PLAIN = b"0123456789" + _SEPARATORS
_TOKEN_END = re.compile(rb"[ \t\n\v\f\r#]")
_BINARY = re.compile(rb"[\x00-\x06\x0e-\x19\x1c-\x1f\x7f]")
_NUMBER = re.compile(rb"(?:\+?([0-9]+)|\+?0[xX]([0-9a-fA-F]+))[,;]?")
_NEGATIVE = re.compile(rb"-[1-9][0-9]*[,;]?")
_RANGE = re.compile(r" *\+?([^. ]+)\.\.(\+?)([^. ]+)(?:\.\.([^. ]+))?")


class SourceError(OSError):
    """A source that cannot be read as it was planned: the part has to be run again."""


@dataclass(frozen=True)
class Source:
    """An input, as it was when it was looked at. Small, and can be pickled."""

    #: As the caller gave it: the name of a file, or a range.
    name: str
    kind: Kind
    #: Of the file; of a range 8 for each number.
    bytes: int
    #: Of the file, or of the range as it is written; None: not known.
    sha256: str | None = None
    #: The column of a Parquet file.
    column: str | None = None
    #: When the file was last written, and its inode: with its size they tell whether it is as it
    #: was. None: not known, and of a range.
    mtime_ns: int | None = None
    inode: int | None = None


@dataclass(frozen=True)
class Share:
    """The share of a part: bytes of a text, elements of an array or a range, or row groups."""

    begin: int
    end: int
    #: Of a text: the share begins inside a comment.
    in_comment: bool = False


class Complaints:
    """The faults of a part's input, in words."""

    def __init__(self, name: str, least: int = 1) -> None:
        self.name = name
        #: The smallest number that is none of that: 0 or 1.
        self.least = least
        self.count = 0
        self.texts: list[str] = []

    def add(self, text: str) -> None:
        self.count += 1
        if self.count <= MAX_COMPLAINTS:
            self.texts.append(f"{self.name}{text}")

    def add_bad(
        self,
        kind: str,
        first: int,
        bad: NDArray[np.bool_],
        values: NDArray[np.generic],
        missing: Truths,
    ) -> None:
        """Complains about entries of an array, of which the first has this index."""
        places = np.flatnonzero(bad)
        for place in places[: max(0, MAX_COMPLAINTS - self.count)]:
            why = f"0 {_NO_DIVISORS}" if values[place] == 0 else f"{values[place]} is negative"
            if missing is not None and missing[place]:
                why = "has no number"
            self.texts.append(f"{self.name}: {kind} {first + int(place)}: {why}")
        self.count += len(places)

    def all(self) -> tuple[str, ...]:
        hidden = self.count - len(self.texts)
        more = f"{self.name}: and {hidden} more like these, which are not shown"
        return (*self.texts, *([more] if hidden > 0 else []))


def cut_after(total: int, part: int, of: int) -> int:
    """Returns where the parts 1 .. part of a total end."""
    return total * part // of


def check_part(part: int, of: int) -> None:
    if not 1 <= of <= MAX_PARTS:
        raise ValueError(f"of is {of}: an input is cut into 1 to {MAX_PARTS} parts")
    if not 1 <= part <= of:
        raise ValueError(f"part is {part}: the parts are 1 to {of}")


# ---- Ranges ----


def read_number(text: str) -> int | None:
    """Reads digits, 0x1f, 10^18, 1e9, or a sum that begins with a power: as the program does."""
    if re.fullmatch(r"0[xX][0-9a-fA-F]+", text):
        return int(text, 16)
    terms = re.findall(r"([+-]?)([0-9]+)(?:([\^eE])([0-9]+))?", text)
    if "".join("".join(term) for term in terms) != text or not terms or terms[0][0]:
        return None
    if len(terms) > 1 and not terms[0][2]:
        return None
    total = 0
    for sign, base, operator, exponent in terms:
        if len(base) > 40 or len(exponent) > 3:
            return None
        value = int(base)
        if operator:
            value = value ** int(exponent) if operator == "^" else value * 10 ** int(exponent)
        total += -value if sign == "-" else value
    return total


def as_array(numbers: Numbers) -> NDArray[np.uint64]:
    """Returns the numbers one by one."""
    if isinstance(numbers, range):
        steps = np.arange(len(numbers), dtype=np.uint64) * np.uint64(numbers.step)
        return steps + np.uint64(numbers.start)
    return numbers


def parse_range(text: str) -> range | None:
    """Reads A..B, A..+D and both with ..STEP; None if the text is no range."""
    match = _RANGE.fullmatch(text)
    if match is None or os.sep in text:
        return None
    first, is_distance, last, step = match.groups()
    values = [read_number(word) for word in (first, last, step or "1")]
    if any(value is None for value in values):
        return None
    begin, end, by = (value if value is not None else 0 for value in values)
    end += begin if is_distance else 0
    if begin > end or end > MAX_NUMBER or by < 1 or begin < 0:
        raise ValueError(f"{text} is no range of numbers: it must ascend, and end at 2^64 - 1 at the latest")
    return range(begin, end + 1, by)


def count(numbers: Numbers) -> int:
    """Returns how many numbers there are; len() of a range fails from 2^63 on."""
    if isinstance(numbers, range):
        return max(0, -((numbers.start - numbers.stop) // numbers.step))
    return len(numbers)


def spell_range(numbers: range) -> str:
    """Writes a range as the program takes it, A..B or A..B..STEP."""
    if numbers.step < 1 or not numbers or numbers[0] < 0 or numbers[-1] > MAX_NUMBER:
        raise ValueError(f"{numbers} has no numbers, or some that are not between 0 and 2^64 - 1")
    step = f"..{numbers.step}" if numbers.step != 1 else ""
    return f"{numbers[0]}..{numbers[-1]}{step}"


def _read_range(numbers: range, share: Share, complaints: Complaints) -> Iterator[Numbers]:
    is_listed = numbers.step != 1 or count(numbers) < LISTED_RANGE_NUMBERS
    numbers = numbers[share.begin : share.end]
    if numbers and numbers[0] == 0:
        if complaints.least == 0:
            yield np.zeros(1, dtype=np.uint64)
        else:
            complaints.add(f": 0 {_NO_DIVISORS}")
        numbers = numbers[1:]
    while is_listed and numbers:
        yield as_array(numbers[:CHUNK_NUMBERS])
        numbers = numbers[CHUNK_NUMBERS:]
    if numbers:
        yield numbers


# ---- Arrays ----


def _read_npy_header(file: IO[bytes], name: str) -> tuple[np.dtype[np.generic], int, int]:
    """Returns the type of the elements, how many there are, and the bytes before the first."""
    try:
        version = np.lib.format.read_magic(file)
        read = np.lib.format.read_array_header_1_0
        if version != (1, 0):
            read = np.lib.format.read_array_header_2_0
        shape, _, dtype = read(file)
    except (ValueError, TypeError, SyntaxError, tokenize.TokenError) as error:  # those of NumPy's parser, too
        raise ValueError(f"{name}: its .npy header cannot be read: {error}") from error
    if dtype.kind not in "ui" or len(shape) != 1:
        raise ValueError(
            f"{name} has elements of type {dtype} and the shape {shape}: save whole numbers of up "
            "to 64 bits in one dimension, as in numpy.save(name, a.ravel().astype('<u8'))"
        )
    header = file.tell()
    if os.fstat(file.fileno()).st_size != header + shape[0] * dtype.itemsize:
        raise ValueError(f"{name} has not the size that its .npy header says: is it a whole copy?")
    return dtype, shape[0], header


def good_numbers(
    values: NDArray[np.generic], first: int, kind: str, complaints: Complaints, missing: Truths = None
) -> NDArray[np.uint64]:
    """Returns the values that are numbers, and complains about the others."""
    bad = values < complaints.least  # type: ignore[operator]
    if missing is not None:
        bad |= missing
    if bad.any():
        complaints.add_bad(kind, first, bad, values, missing)
        values = values[~bad]
    return np.ascontiguousarray(values).astype(np.uint64, copy=False)


def _read_npy(source: Source, share: Share, complaints: Complaints) -> Iterator[Numbers]:
    with open(source.name, "rb") as file:
        dtype, _, header = _read_npy_header(file, source.name)
        file.seek(header + share.begin * dtype.itemsize)
        for begin in range(share.begin, share.end, CHUNK_NUMBERS):
            wanted = min(CHUNK_NUMBERS, share.end - begin)
            values = np.fromfile(file, dtype=dtype, count=wanted)
            if len(values) < wanted:
                raise SourceError(f"{source.name} became shorter while it was read")
            yield good_numbers(values, begin, "element", complaints)


def _share_npy(source: Source, begin: int, end: int) -> Share:
    with open(source.name, "rb") as file:
        dtype, length, header = _read_npy_header(file, source.name)

    def element(cut: int) -> int:
        return min(length, max(0, -((header - cut) // dtype.itemsize)))

    return Share(element(begin), element(end))


# ---- Text ----


def _is_in_comment(file: IO[bytes], cut: int) -> tuple[bool, bool]:
    """Returns whether the byte before the cut is in a comment, and else whether in a token."""
    end, in_token = cut, False
    while end > 0:
        size = min(end, _LOOK_BYTES)
        file.seek(end - size)
        piece = file.read(size)
        if end == cut:
            in_token = piece[-1:] not in (b"#", *(bytes([byte]) for byte in _SEPARATORS))
        newline = piece.rfind(b"\n")
        if piece.find(b"#", newline + 1) >= 0:
            return True, in_token
        if newline >= 0:
            break
        end -= size
    return False, in_token


def _cut_text(file: IO[bytes], cut: int, size: int) -> tuple[int, bool]:
    """Moves a cut out of the token that it lies in, and says whether it is in a comment."""
    if cut == 0 or cut >= size:
        return cut, False
    if cut <= len(_MARK):
        file.seek(0)
        if file.read(len(_MARK)) == _MARK:
            return 0, False
    in_comment, in_token = _is_in_comment(file, cut)
    if in_comment or not in_token:
        return cut, in_comment
    file.seek(cut)
    while piece := file.read(_LOOK_BYTES):
        found = _TOKEN_END.search(piece)
        if found is not None:
            return cut + found.start(), False
        cut += len(piece)
    return min(cut, size), False


def _share_text(source: Source, begin: int, end: int) -> Share:
    with open(source.name, "rb") as file:
        begin, in_comment = _cut_text(file, begin, source.bytes)
        end, _ = _cut_text(file, end, source.bytes)
    return Share(begin, end, in_comment)


def _count_lines(file: IO[bytes], end: int) -> int:
    lines, at = 0, 0
    file.seek(0)
    while at < end and (piece := file.read(min(_TEXT_PIECE, end - at))):
        lines += piece.count(b"\n")
        at += len(piece)
    return lines


def _last_token(text: bytes) -> int:
    """Returns where the last token begins, which more bytes may continue."""
    return max(text.rfind(bytes([byte])) for byte in _SEPARATORS + b"#") + 1


Form = Literal["digits", "number", "other"]


def _value_of(digits: bytes | None, hex_digits: bytes | None) -> int:
    """Returns the value of digits; of too many some value above 2^64 - 1."""
    most, base = (_MOST_HEX_DIGITS, 16) if digits is None else (_MOST_DIGITS, 10)
    text = (digits or hex_digits or b"").lstrip(b"0")
    return MAX_NUMBER + 1 if len(text) > most else int(text or b"0", base)


def _show_token(token: bytes, form: Form) -> str:
    """Returns a token as the program shows it: of a long one the beginning and its length."""
    if form != "other":
        token = token.rstrip(b",;")
    quote = "'" if form == "other" else ""
    shown = "".join(
        "\\\\" if byte == 0x5C else chr(byte) if 32 <= byte <= 126 else f"\\x{byte:02x}"
        for byte in token[:_SHOWN]
    )
    if len(token) <= _SHOWN:
        return f"{quote}{shown}{quote}"
    unit = "digits" if form == "digits" else "characters"
    return f"{quote}{shown}\u2026{quote} ({len(token)} {unit})"


class _Tokens:
    """Reads pieces of a text that end between tokens. Lines are counted for complaints."""

    def __init__(self, file: IO[bytes], share: Share, complaints: Complaints) -> None:
        self.file, self.share, self.complaints = file, share, complaints
        self.in_comment = share.in_comment
        self.line = 1
        self.lines_before: int | None = None
        self.is_over = False

    def _complain(self, text: str) -> None:
        if self.lines_before is None:
            self.lines_before = _count_lines(self.file, self.share.begin)
        self.complaints.add(f":{self.lines_before + self.line}: {text}")

    def _take(self, token: bytes, numbers: list[int]) -> None:
        match = _NUMBER.fullmatch(token)
        if match is None:
            if token not in (b",", b";"):
                fault = "is negative" if _NEGATIVE.fullmatch(token) else "is not a whole number"
                self._complain(f"{_show_token(token, 'other')} {fault}")
            return
        number = _value_of(match[1], match[2])
        form: Form = "digits" if match[1] and match.end(1) == len(token) else "number"
        if number < self.complaints.least:
            self._complain(f"{_show_token(token, form)} {_NO_DIVISORS}")
        elif number > MAX_NUMBER:
            self._complain(f"{_show_token(token, form)} does not fit in 64 bits")
        else:
            numbers.append(number)

    def _take_lines(self, piece: bytes) -> list[int]:
        numbers: list[int] = []
        lines = piece.split(b"\n")
        for index, line in enumerate(lines):
            text = b"" if self.in_comment else line
            self.in_comment = self.in_comment or b"#" in line
            text = text.partition(b"#")[0]
            binary = _BINARY.search(text)
            if binary is not None:
                text = text[: _last_token(text[: binary.start()])]
            for token in text.split():
                self._take(token, numbers)
            if binary is not None:
                self._complain("binary data begins here: the rest of it is not read")
                self.is_over = True
                break
            if index + 1 < len(lines):
                self.in_comment = False
                self.line += 1
        return numbers

    def take(self, piece: bytes) -> NDArray[np.uint64]:
        """Returns the numbers of a piece."""
        if not self.in_comment and not piece.translate(None, _PLAIN):
            words = piece.split()
            # int() takes the square of the time for many digits, and refuses more than 4300.
            is_short = max(map(len, words), default=0) <= 2 * _MOST_DIGITS
            values = list(map(int, words)) if is_short else [-1]
            if not values or (min(values) >= self.complaints.least and max(values) <= MAX_NUMBER):
                self.line += piece.count(b"\n")
                return np.array(values, dtype=np.uint64)
        return np.array(self._take_lines(piece), dtype=np.uint64)


def _read_text(source: Source, share: Share, complaints: Complaints) -> Iterator[Numbers]:
    with open(source.name, "rb") as file:
        tokens = _Tokens(file, share, complaints)
        at, rest = share.begin, b""
        while at < share.end and not tokens.is_over:
            file.seek(at)
            piece = file.read(min(_TEXT_PIECE, share.end - at))
            if not piece:
                raise SourceError(f"{source.name} became shorter while it was read")
            if at == share.begin:
                binary = _BINARY.search(piece, 0, _FIRST_BYTES)
                if binary is not None:
                    complaints.add(f": is binary, not numbers (at offset {at + binary.start()})")
                    return
                if at == 0 and piece.startswith(_MARK):
                    at, piece = len(_MARK), piece[len(_MARK) :]
            at += len(piece)
            piece = rest + piece
            end = _last_token(piece) if at < share.end else len(piece)
            rest = piece[end:]
            yield tokens.take(piece[:end])


# ---- Parquet ----


def _open_parquet(source: Source):  # type: ignore[no-untyped-def]
    try:
        import pyarrow.parquet
    except ImportError as error:
        raise ImportError("Parquet files need pyarrow: pip install 'factor-gpu[parquet]'") from error
    return pyarrow.parquet.ParquetFile(source.name)


def _find_column(name: str, column: str | None) -> str:
    """Returns the name of the column that has the numbers."""
    import pyarrow

    with _open_parquet(Source(name, "parquet", 0)) as file:
        schema = file.schema_arrow
        if column is None and len(schema) != 1:
            raise ValueError(f"{name} has the columns {', '.join(schema.names)}: name one of them, "
                             f"as in '{name}:{schema.names[0]}'")
        column = schema.names[0] if column is None else column
        if column not in schema.names:
            raise ValueError(f"{name} has no column {column}, but {', '.join(schema.names)}")
        kind = schema.field(column).type
        if not pyarrow.types.is_integer(kind):
            raise ValueError(f"{name}: the column {column} is of the type {kind}: save whole numbers of up to 64 bits, "
                             "in pandas with .astype('UInt64')")
        return column


def _share_parquet(source: Source, part: int, of: int) -> Share:
    with _open_parquet(source) as file:
        meta = file.metadata
        rows = [meta.row_group(i).num_rows for i in range(meta.num_row_groups)]
    firsts = [0, *itertools.accumulate(rows)][:-1]
    begin, end = (cut_after(sum(rows), cut, of) for cut in (part - 1, part))
    chosen = [i for i, first in enumerate(firsts) if begin <= first < end]
    return Share(chosen[0], chosen[-1] + 1) if chosen else Share(0, 0)


def _read_parquet(source: Source, share: Share, complaints: Complaints) -> Iterator[Numbers]:
    groups = range(share.begin, share.end)
    with _open_parquet(source) as file:
        first = sum(file.metadata.row_group(i).num_rows for i in range(share.begin))
        batches = file.iter_batches(CHUNK_NUMBERS, row_groups=list(groups), columns=[source.column])
        for batch in batches if groups else ():
            column = batch.column(0)
            missing = None
            if column.null_count > 0:
                missing = column.is_null().to_numpy(zero_copy_only=False)
                column = column.fill_null(0)
            yield good_numbers(column.to_numpy(), first, "row", complaints, missing)
            first += len(column)


# ---- All of them ----


def _find_kind(name: str) -> Kind:
    with open(name, "rb") as file:
        start = file.read(_LOOK_BYTES)
    if start.startswith(b"\x93NUMPY"):
        return "npy"
    if start.startswith(b"PAR1"):
        return "parquet"
    if _BINARY.search(start) or start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise ValueError(f"{name} is neither a text in ASCII or UTF-8, nor a .npy or Parquet file")
    return "text"


def digest_file(name: str) -> str:
    with open(name, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def describe(
    source: Source | range | str | os.PathLike[str], column: str | None = None, digest: bool = True
) -> Source:
    """Looks at a source. With `digest` a file is read once, to its end."""
    if isinstance(source, Source):
        return source
    name = spell_range(source) if isinstance(source, range) else os.fspath(source)
    numbers = parse_range(name)
    if column is None and numbers is None and not os.path.exists(name):
        file, colon, after = name.rpartition(":")
        name, column = (file, after) if colon and os.path.exists(file) else (name, None)
    if column is not None and (numbers is not None or _find_kind(name) != "parquet"):
        raise ValueError(f"{name} has no columns: leave out column={column!r}")
    if numbers is not None:
        sha256 = hashlib.sha256(name.encode()).hexdigest()
        return Source(name, "range", count(numbers) * RANGE_NUMBER_BYTES, sha256)
    kind = _find_kind(name)
    if kind == "parquet":
        column = _find_column(name, column)
    elif kind == "npy":
        with open(name, "rb") as array:
            _read_npy_header(array, name)
    status = os.stat(name)
    found = digest_file(name) if digest else None
    described = Source(name, kind, status.st_size, found, column, status.st_mtime_ns, status.st_ino)
    check_unchanged(described)
    return described


def check_unchanged(source: Source) -> None:
    """Raises SourceError if the file cannot be the one that was looked at."""
    if source.kind == "range":
        return
    try:
        status = os.stat(source.name)
    except OSError as error:
        seen = "" if os.path.isabs(source.name) else f", seen from {os.getcwd()} on {socket.gethostname()}"
        raise SourceError(error.errno, f"cannot be read: {error.strerror}{seen}", source.name) from error
    is_same = status.st_size == source.bytes and (
        source.mtime_ns is None
        or (source.mtime_ns, source.inode) == (status.st_mtime_ns, status.st_ino)
    )
    if not is_same:
        raise SourceError(
            f"{source.name} has changed since it was planned (its size, time or inode): plan it "
            "again, and do not write to it before all parts are complete"
        )


def share_of(source: Source, part: int, of: int) -> Share:
    """Returns what the part has of the source."""
    check_part(part, of)
    begin, end = (cut_after(source.bytes, cut, of) for cut in (part - 1, part))
    if source.kind == "range":
        return Share(-(-begin // RANGE_NUMBER_BYTES), -(-end // RANGE_NUMBER_BYTES))
    check_unchanged(source)
    if source.kind == "npy":
        return _share_npy(source, begin, end)
    if source.kind == "text":
        return _share_text(source, begin, end)
    return _share_parquet(source, part, of)


def read_share(source: Source, share: Share, complaints: Complaints) -> Iterator[Numbers]:
    """Yields the numbers of a share, each up to 2^64 - 1: arrays, and a range as a whole."""
    if source.kind == "range":
        numbers = parse_range(source.name)
        assert numbers is not None
        yield from _read_range(numbers, share, complaints)
        return
    read = {"npy": _read_npy, "text": _read_text, "parquet": _read_parquet}[source.kind]
    for chunk in read(source, share, complaints):
        if len(chunk) > 0:
            yield chunk
    check_unchanged(source)
