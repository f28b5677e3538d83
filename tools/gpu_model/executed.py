# SPDX-License-Identifier: MIT
"""executed.py: how often each machine instruction runs, from how often each line of PTX ran.

A basic block of machine code runs as often as the lines of PTX in it. ptxas moves instructions
between blocks and unrolls some loops, so a block's count is the median over its instructions of what
their lines say: the runs of the line, shared by the copies that ptxas made of it. Loads, stores and
atomics have one machine instruction for each of theirs, so they tell how many copies there are, and
show afterwards how far the result is to be trusted (Executed.memory_ratio).
"""
from collections import Counter
from dataclasses import dataclass, field

from counts import KernelCounts, is_memory
from machine_code import Block, Kernel

MEMORY_BASES = ("LDG", "STG", "LDL", "STL", "LDS", "STS", "LD", "ST", "ATOM", "ATOMG", "ATOMS", "RED",
                "REDG")


@dataclass
class Executed:
    """Runs by opcode, in instructions of a warp, and what shows their quality."""
    opcodes: "Counter[str]" = field(default_factory=Counter)
    memory_ratio: float = 1.0  # loads, stores and atomics here over those of PTX: 1 is exact
    moved: float = 0.0         # share of the runs whose own line says something else by a tenth


def copies_of_lines(kernel: Kernel, counts: KernelCounts) -> dict[int, int]:
    """Returns for each line of PTX how often ptxas wrote its code."""
    blocks: Counter[int] = Counter()
    accesses: Counter[int] = Counter()
    for block in kernel.blocks:
        blocks.update({i.line for i in block.instructions if i.line is not None})
        accesses.update(i.line for i in block.instructions
                        if i.line is not None and i.base in MEMORY_BASES)
    return {line: accesses[line] if line in counts.lines and accesses[line] and
            is_memory(counts.lines[line].opcode) else occurrences
            for line, occurrences in blocks.items()}


def median(values: list[float]) -> float:
    values = sorted(values)
    return values[len(values) // 2] if values else 0.0


def votes(block: Block, counts: KernelCounts, copies: dict[int, int]) -> list[float]:
    """Returns what each instruction's line says of the block's runs."""
    return [counts.lines[i.line].runs / copies[i.line] for i in block.instructions
            if i.line in counts.lines]


def vote_of_block(block: Block, counts: KernelCounts, copies: dict[int, int]) -> float:
    """Returns the runs of a block. In an unrolled loop the accesses to memory decide alone, because
    other lines do not tell how many copies a block has."""
    accesses = Block(block.label, [i for i in block.instructions if i.base in MEMORY_BASES])
    unrolled = any(copies.get(i.line, 1) > 1 for i in accesses.instructions)
    return median(votes(accesses if unrolled else block, counts, copies))


def block_runs(kernel: Kernel, counts: KernelCounts) -> list[float]:
    """Returns the runs of each block. A subroutine runs as often as its calls."""
    copies = copies_of_lines(kernel, counts)
    runs, inside = [], None
    calls: Counter[str] = Counter()
    for block in kernel.blocks:
        if block.label and block.label.startswith("$"):
            inside = block.label
        if inside:
            runs.append(float(calls[inside]))
            continue
        runs.append(vote_of_block(block, counts, copies))
        for i in block.instructions:
            if i.base == "CALL" and i.target:
                calls[i.target] += runs[-1]
    return runs


def executed(kernel: Kernel, counts: KernelCounts) -> Executed:
    """Returns how often the instructions of a kernel run."""
    result = Executed()
    copies = copies_of_lines(kernel, counts)
    accesses = moved = 0.0
    for block, runs in zip(kernel.blocks, block_runs(kernel, counts)):
        for i in block.instructions:
            result.opcodes[i.opcode] += runs
            accesses += runs if i.base in MEMORY_BASES else 0
        moved += sum(runs for vote in votes(block, counts, copies) if abs(vote - runs) > runs / 10)
    expected = sum(line.runs for line in counts.lines.values() if is_memory(line.opcode))
    total = sum(result.opcodes.values())
    result.memory_ratio = accesses / expected if expected else 1.0
    result.moved = moved / total if total else 0.0
    return result
