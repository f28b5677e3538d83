# SPDX-License-Identifier: MIT
"""machine_code.py: reads what nvdisasm prints of a cubin: kernels, their basic blocks and instructions.

ptxas --generate-line-info notes for each machine instruction the line of the PTX file that it comes
from, and `nvdisasm -gp` prints it. That line is what joins an instruction to the interpreter's counts.
"""
import re
from dataclasses import dataclass, field
from typing import Iterator, Optional

SECTION = re.compile(r"\s*\.section\s+(\S+?),")
LABEL = re.compile(r"(\.L_x?_?\d+|\$\S+):")
PTX_LINE = re.compile(r'\s*//## File "[^"]*ptx[^"]*", line (\d+)')
INSTRUCTION = re.compile(r"\s+/\*[0-9a-f]{4,}\*/\s+(.*?)\s*;")
GUARD = re.compile(r"@!?U?P\w+\s+")
TARGET = re.compile(r"`\((\S+?)\)")
ENDS_BLOCK = ("BRA", "BRX", "BRXU", "EXIT", "RET", "JMP", "BREAK")


class DisassemblyError(ValueError):
    """The text is not what nvdisasm -c -gp prints."""


@dataclass(frozen=True)
class Instruction:
    """An instruction; `line` is that of the PTX file, or None if ptxas named none."""
    opcode: str
    line: Optional[int]
    guarded: bool = False
    target: Optional[str] = None

    @property
    def base(self) -> str:
        return self.opcode.split(".")[0]


@dataclass
class Block:
    """Instructions that run one after another; `label` if the block begins with one."""
    label: Optional[str] = None
    instructions: list[Instruction] = field(default_factory=list)

    @property
    def is_padding(self) -> bool:
        """Says whether the block is the endless jump and the no-operations behind a kernel's end."""
        return all(i.base == "NOP" or (i.base == "BRA" and i.target == self.label and not i.guarded)
                   for i in self.instructions)


@dataclass
class Kernel:
    """A kernel. The blocks of a subroutine come after a label that begins with $."""
    mangled: str
    blocks: list[Block] = field(default_factory=list)

    @property
    def name(self) -> str:
        return kernel_name(self.mangled)

    def instructions(self) -> Iterator[Instruction]:
        for block in self.blocks:
            yield from block.instructions


def kernel_name(mangled: str) -> str:
    """Returns the name of a kernel as the source has it; of others the mangled name.

    In a mangled name a name's length stands before it; digits before that belong to something else.
    """
    for word in ("_kernel", "Kernel"):
        end = mangled.find(word) + len(word)
        for begin in range(end - len(word), 0, -1):
            if mangled[begin].isalpha() and mangled[:begin].endswith(str(end - begin)):
                return mangled[begin:end]
    return mangled


def parse_instruction(text: str, line: Optional[int]) -> Instruction:
    guard = GUARD.match(text)
    body = text[guard.end():] if guard else text
    target = TARGET.search(body)
    return Instruction(body.split()[0], line, guard is not None, target[1] if target else None)


class Reader:
    """Collects the kernels of a disassembly, line by line."""

    def __init__(self) -> None:
        self.kernels: list[Kernel] = []
        self.kernel: Optional[Kernel] = None
        self.block = Block()
        self.line: Optional[int] = None

    def begin_block(self, label: Optional[str]) -> None:
        if self.kernel is not None and self.block.instructions and not self.block.is_padding:
            self.kernel.blocks.append(self.block)
        self.block = Block(label)

    def begin_section(self, section: str) -> None:
        self.begin_block(None)
        self.kernel, self.line = None, None
        if section.startswith(".text."):
            self.kernel = Kernel(section[len(".text."):])
            self.kernels.append(self.kernel)

    def read(self, text: str) -> None:
        if section := SECTION.match(text):
            self.begin_section(section[1])
        elif self.kernel is None:
            return
        elif label := LABEL.match(text):
            self.begin_block(label[1])
        elif line := PTX_LINE.match(text):
            self.line = int(line[1])
        elif instruction := INSTRUCTION.match(text):
            self.block.instructions.append(parse_instruction(instruction[1], self.line))
            if self.block.instructions[-1].base in ENDS_BLOCK:
                self.begin_block(None)


def parse(text: str) -> list[Kernel]:
    """Returns the kernels of the output of `nvdisasm -c -gp`."""
    reader = Reader()
    for line in text.splitlines():
        reader.read(line)
    reader.begin_section("")
    if not any(kernel.blocks for kernel in reader.kernels):
        raise DisassemblyError("no kernel in the disassembly; was it made by nvdisasm -c -gp?")
    if all(i.line is None for kernel in reader.kernels for i in kernel.instructions()):
        raise DisassemblyError("no PTX lines in the disassembly; run ptxas with --generate-line-info")
    return reader.kernels
