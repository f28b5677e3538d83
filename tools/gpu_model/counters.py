# SPDX-License-Identifier: MIT
"""counters.py: what the interpreter counted, by kernel, as tables: instructions by kind, active lanes,
accesses to memory and divergence, for each number of a list. It needs no machine code."""
import re
from dataclasses import dataclass
from typing import Callable, Iterator, Optional

from counts import KernelCounts, Line, is_memory, products_of
from lists import Counted, NumberList
from report import figure, table

SHOWN_SHARE = 0.005  # of a list's instructions: kernels below it are summed up in one row
OTHERS = "others"
ALL = "all kernels"

# Kinds of PTX instructions, by what stands before the first dot. Doubles come before all of these, and
# memory by its own rule.
KINDS = {
    "multiply": "mul mad madc",
    "add, shift": "add addc sub subc neg abs min max and or xor not shl shr shf lop3 prmt clz popc bfind brev "
                  "bfe bfi div rem",
    "compare": "setp selp",
    "move": "mov cvt cvta",
    "branch": "bra ret exit call",
    "meet": "bar barrier vote shfl activemask membar fence nanosleep",
}
KIND_OF = {base: kind for kind, bases in KINDS.items() for base in bases.split()}
DOUBLES, MEMORY, CONSTANTS, UNNAMED = "doubles", "memory", "constants", "other"
ORDER = ("multiply", "add, shift", DOUBLES, "compare", "move", MEMORY, CONSTANTS, "branch", "meet", UNNAMED)


def kind_of(opcode: str) -> str:
    """Returns the kind of an instruction of PTX."""
    base = opcode.split(".")[0]
    if opcode.startswith(("ld.const", "ld.param", "st.param")):
        return CONSTANTS
    if is_memory(opcode) or base in ("ld", "st"):
        return MEMORY
    if opcode.endswith((".f64", ".f32")) and base not in ("mov", "selp"):
        return DOUBLES
    return KIND_OF.get(base, UNNAMED)


def is_shared(line: Line) -> bool:
    return ".shared" in line.opcode


def words_of(opcode: str) -> int:
    """Returns the words of 32 bits that a lane's access moves, as in ld.shared.v2.u64."""
    size = re.search(r"(?:\.v([24]))?\.[usbf](8|16|32|64)$", opcode)
    return max(int(size[1] or 1) * int(size[2]) // 32, 1) if size else 1


def needed_passes(line: Line) -> float:
    """Returns the passes over the banks of shared memory that full warps need without conflicts: each
    moves 128 bytes."""
    return line.runs * words_of(line.opcode)


@dataclass(frozen=True)
class Column:
    """A column of the second table: its heading, and its text for a kernel's lines and a count of numbers."""
    title: str
    text: Callable[[list[Line], float], str]


def total(lines: list[Line], name: str) -> float:
    return sum(getattr(line, name) for line in lines)


def ratio(above: float, below: float) -> str:
    return f"{above / below:.2f}" if below else "-"


def lanes(lines: list[Line], _: float) -> str:
    return ratio(total(lines, "lanes"), total(lines, "runs"))


def splits(lines: list[Line], units: float) -> str:
    return figure(total(lines, "splits") / units)


def split_share(lines: list[Line], _: float) -> str:
    branches = [line for line in lines if kind_of(line.opcode) == "branch"]
    runs = total(branches, "runs")
    return f"{total(branches, 'splits') / runs:.1%}" if runs else "-"


def sectors(lines: list[Line], units: float) -> str:
    return figure(total(lines, "sectors") / units)


def sectors_an_access(lines: list[Line], _: float) -> str:
    accesses = [line for line in lines if line.sectors > 0]
    return ratio(total(accesses, "sectors"), total(accesses, "runs"))


def conflicts(lines: list[Line], _: float) -> str:
    shared = [line for line in lines if is_shared(line)]
    return ratio(total(shared, "wavefronts"), sum(needed_passes(line) for line in shared))


def constant_words(lines: list[Line], _: float) -> str:
    reads = [line for line in lines if line.constant_words > 0]
    return ratio(total(reads, "constant_words"), total(reads, "runs"))


def same_address(lines: list[Line], _: float) -> str:
    atomics = [line for line in lines if line.same_address > 0]
    share = total(atomics, "lanes")
    return f"{total(atomics, 'same_address') / share:.0%}" if share else "-"


COLUMNS = (
    Column("lanes of 32", lanes),
    Column("splits", splits),
    Column("of branches", split_share),
    Column("sectors", sectors),
    Column("an access", sectors_an_access),
    Column("shared passes", conflicts),
    Column("constant words", constant_words),
    Column("atomics at one address", same_address),
)

EXPLANATION = (
    "Instructions are those of PTX that a warp executes, for a number; \"multiplications\" the products of 32 bits in",
    "them. \"splits\": branches that parted a warp's lanes, for a number, and their share of all. \"sectors\":",
    "32 bytes of global or local memory, for a number and for an access. \"shared passes\": over the banks of shared",
    "memory, over those that full warps need without conflicts. \"constant words\": different words that a read of",
    "constants or parameters touches, 1 without a replay. \"local bytes\": of a thread. ptxas merges and splits these",
    "instructions.",
)


@dataclass(frozen=True)
class Row:
    """Instructions of a kernel, or of several."""
    name: str
    lines: list[Line]
    local_bytes: Optional[int] = None


def rows_of(kernels: list[KernelCounts]) -> list[Row]:
    """Returns the kernels, those with most instructions first, light ones together, and all."""
    runs = sum(kernel.runs() for kernel in kernels)
    rows, rest = [], []
    for kernel in sorted(kernels, key=lambda one: -one.runs()):
        if kernel.runs() < SHOWN_SHARE * runs:
            rest.extend(kernel.lines.values())
        else:
            rows.append(Row(kernel.name, list(kernel.lines.values()), kernel.local_bytes))
    if rest:
        rows.append(Row(OTHERS, rest))
    rows.append(Row(ALL, [line for kernel in kernels for line in kernel.lines.values()]))
    return rows


def by_kind(lines: list[Line]) -> dict[str, float]:
    found = dict.fromkeys(ORDER, 0.0)
    for line in lines:
        found[kind_of(line.opcode)] += line.runs
    return found


def kind_cells(row: Row, kinds: list[str], units: float) -> tuple[str, ...]:
    """Returns a row of the first table."""
    found = by_kind(row.lines)
    products = sum(products_of(line.opcode) * line.runs for line in row.lines)
    return (row.name, figure(total(row.lines, "runs") / units), figure(products / units),
            *(figure(found[kind] / units) for kind in kinds))


def access_cells(row: Row, units: float) -> tuple[str, ...]:
    """Returns a row of the second table."""
    return (row.name, *(column.text(row.lines, units) for column in COLUMNS),
            "-" if row.local_bytes is None else f"{row.local_bytes:,}")


def lines_of(numbers: NumberList, counted: Counted) -> Iterator[str]:
    """Yields the two tables of a list."""
    rows = rows_of([kernel for kernel in counted.kernels.values() if kernel.runs() > 0])
    whole = by_kind(rows[-1].lines)
    kinds = [kind for kind in ORDER if whole[kind] > 0]
    yield f"## {numbers.title}: {counted.units:,.0f} {numbers.unit}s, {counted.launches:,.0f} launches"
    yield ""
    yield from table(("kernel", "instructions", "multiplications", *kinds),
                     [kind_cells(row, kinds, counted.units) for row in rows])
    yield ""
    yield from table(("kernel", *(column.title for column in COLUMNS), "local bytes"),
                     [access_cells(row, counted.units) for row in rows])
    yield ""


def lines(version: str, lists: list[NumberList], counted: dict[str, Counted]) -> Iterator[str]:
    """Yields all tables."""
    yield "# What the kernels execute, counted by their PTX without a GPU"
    yield ""
    yield f"nvcc {version}, PTX of compute capability 9.0."
    yield from EXPLANATION
    yield ""
    for numbers in lists:
        yield from lines_of(numbers, counted[numbers.name])
