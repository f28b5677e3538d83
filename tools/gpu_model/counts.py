# SPDX-License-Identifier: MIT
"""counts.py: what the PTX interpreter counted (tests/ptx), by kernel and line of the PTX file."""
import json
import re
from collections import Counter
from dataclasses import dataclass, field

from machine_code import kernel_name

MEMORY = ("ld.global", "st.global", "ld.local", "st.local", "ld.shared", "st.shared", "atom", "red")
MULTIPLICATION = re.compile(r"(?:mul|madc?)\.(lo|hi|wide)(?:\.cc)?\.[us](16|32|64)$")
# Partial products of 32 bits that have a part in each half of a 64-bit product.
PARTIAL_PRODUCTS = {"lo": 3, "hi": 4}


def products_of(opcode: str) -> int:
    """Returns the 32-bit products that an instruction of PTX stands for."""
    match = MULTIPLICATION.match(opcode)
    if match is None:
        return 0
    return PARTIAL_PRODUCTS[match[1]] if match[2] == "64" else 1


# The counts of an instruction, as tests/ptx/README.md has them.
COUNTS = ("runs", "lanes", "sectors", "splits", "wavefronts", "constant_words", "same_address")


@dataclass
class Line:
    """Counts of an instruction: warps that ran it, its active lanes, sectors of memory, and so on."""
    opcode: str
    runs: float = 0
    lanes: float = 0
    sectors: float = 0
    splits: float = 0
    wavefronts: float = 0
    constant_words: float = 0
    same_address: float = 0


@dataclass
class KernelCounts:
    """Counts of a kernel. Several instructions can share a line."""
    name: str
    launches: float = 0
    local_bytes: int = 0  # of a thread
    lines: dict[int, Line] = field(default_factory=dict)

    def runs(self) -> float:
        return sum(line.runs for line in self.lines.values())

    def opcodes(self) -> "Counter[str]":
        found: Counter[str] = Counter()
        for line in self.lines.values():
            found[line.opcode] += line.runs
        return found

    def lanes_of(self, *opcodes: str) -> float:
        return sum(line.lanes for line in self.lines.values() if line.opcode in opcodes)

    def active_lanes(self) -> float:
        runs = self.runs()
        return sum(line.lanes for line in self.lines.values()) / runs if runs else 0.0

    def sectors(self) -> float:
        return sum(line.sectors for line in self.lines.values())

    def products(self) -> float:
        """Returns 32-bit products, in instructions of a warp."""
        return sum(products_of(line.opcode) * line.runs for line in self.lines.values())


def is_memory(opcode: str) -> bool:
    return opcode.startswith(MEMORY)


def read(path: str) -> dict[str, KernelCounts]:
    """Returns the counts in a file of FG_PTX_STATS, by the kernel's mangled name."""
    with open(path, encoding="utf-8") as file:
        report = json.load(file)
    found = {}
    for kernel in report["kernels"]:
        counts = KernelCounts(kernel_name(kernel["mangled"]), kernel["launches"], kernel["local_bytes"])
        for entry in kernel["instructions"]:
            add_line(counts, entry)
        found[kernel["mangled"]] = counts
    return found


def add_line(counts: KernelCounts, entry: dict) -> None:
    line = counts.lines.setdefault(entry["line"], Line(entry["opcode"]))
    for name in COUNTS:
        setattr(line, name, getattr(line, name) + entry.get(name, 0))


def difference(whole: dict[str, KernelCounts], part: dict[str, KernelCounts]) -> dict[str, KernelCounts]:
    """Returns what `whole` has beyond `part`: a run's counts without those of its start."""
    found = {}
    for mangled, counts in whole.items():
        before = part.get(mangled, KernelCounts(counts.name))
        rest = KernelCounts(counts.name, counts.launches - before.launches, counts.local_bytes)
        for number, line in counts.lines.items():
            minus = before.lines.get(number, Line(line.opcode))
            left = {name: getattr(line, name) - getattr(minus, name) for name in COUNTS}
            rest.lines[number] = Line(line.opcode, **left)
        found[mangled] = rest
    return found
