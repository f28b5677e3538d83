# SPDX-License-Identifier: MIT
"""pipes.py: the pipe that a machine instruction takes, and for how many clocks of a scheduler.

A scheduler issues one instruction of a warp a clock. A pipe with 16 lanes is then taken for two
clocks. The widths are those of the table "throughput of native arithmetic instructions" in NVIDIA's
CUDA C++ Programming Guide, by compute capability; what that table leaves open is an assumption, and
ASSUMPTIONS says so. Nothing here was measured.
"""
from collections import Counter
from dataclasses import dataclass
from typing import Iterable

# Instructions by pipe. "issue" are those that take no arithmetic pipe of their own.
PIPES = {
    "fma": "IMAD FFMA FMUL FADD HFMA2 HADD2 HMUL2",
    "alu": "IADD3 IADD ISETP SEL MOV LOP3 SHF LEA VIADD VIMNMX VIMNMX3 VIADDMNMX IMNMX PLOP3 PRMT "
           "FSETP FSEL FMNMX R2P P2R I2FP VOTE BMSK SGXT IABS MOVM",
    "fp64": "DFMA DADD DMUL DSETP",
    "xu": "MUFU POPC FLO BREV F2I I2F F2F FRND",
    "lsu": "LDL STL LDG STG LDS STS LD ST ATOM ATOMG ATOMS RED REDG SHFL LDSM",
    "uniform": "UMOV UIADD3 UIMAD ULOP3 ULEA USHF UISETP UPOPC UFLO UPRMT USEL UPLOP3 VOTEU R2UR "
               "UI2F UBREV UF2I UI2FP UIADD3.64 UVIMNMX",
    "issue": "BRA BRX BRXU EXIT RET CALL BSSY BSYNC BREAK BAR WARPSYNC ENDCOLLECTIVE YIELD NOP NANOSLEEP "
             "MEMBAR DEPBAR S2R S2UR CS2R LDC ULDC LDCU ERRBAR CCTL JMP BMOV FENCE ACQBULK",
}
PIPE_OF = {base: pipe for pipe, bases in PIPES.items() for base in bases.split()}


class UnknownOpcode(ValueError):
    """A disassembly has instructions that no pipe is known for."""


@dataclass(frozen=True)
class Widths:
    """Clocks of a scheduler that an instruction of a warp takes in each pipe."""
    fma: float = 2
    alu: float = 2
    fp64: float = 2
    xu: float = 8
    lsu: float = 4
    uniform: float = 2
    issue: float = 0
    wide_slots: int = 1  # IMAD.WIDE and IMAD.HI: slots of IMAD

    def clocks(self, opcode: str) -> tuple[str, float]:
        """Returns the pipe of an instruction, and its clocks there."""
        pipe = PIPE_OF[opcode.split(".")[0]]
        slots = self.wide_slots if is_wide_product(opcode) else 1
        return pipe, getattr(self, pipe) * slots


# FP64: a quarter to half of FP32 on 9.0 (64 lanes a multiprocessor), 2 lanes on 8.6, 8.9 and 12.0.
FULL_FP64 = 2.0
SLOW_FP64 = 64.0


def is_wide_product(opcode: str) -> bool:
    return opcode.startswith(("IMAD.WIDE", "IMAD.HI"))


def is_product(opcode: str) -> bool:
    """Says whether an instruction multiplies integers; IMAD also moves, adds and shifts."""
    if not opcode.startswith("IMAD"):
        return False
    return not any(part in ("MOV", "SHL", "IADD", "X") for part in opcode.split(".")[1:])


def check_known(opcodes: Iterable[str]) -> None:
    """Raises UnknownOpcode with the names of all opcodes that have no pipe."""
    unknown = sorted({opcode for opcode in opcodes if opcode.split(".")[0] not in PIPE_OF})
    if unknown:
        raise UnknownOpcode("no pipe is known for " + ", ".join(unknown) +
                            "; add each to PIPES in tools/gpu_model/pipes.py")


def pipe_clocks(executed: "Counter[str]", widths: Widths) -> dict[str, float]:
    """Returns the clocks of each pipe for instructions by opcode, and those of the scheduler."""
    clocks = {pipe: 0.0 for pipe in PIPES}
    for opcode, runs in executed.items():
        pipe, each = widths.clocks(opcode)
        clocks[pipe] += each * runs
    clocks["issue"] = float(sum(executed.values()))
    return clocks


ASSUMPTIONS = (
    "a scheduler issues one instruction of a warp a clock; a multiprocessor has four",
    "IMAD in all its kinds takes the FMA pipe for 2 clocks, IADD3, ISETP, SEL, LOP3, MOV the ALU for 2",
    "IMAD.WIDE and IMAD.HI take {wide_slots} slot(s) of IMAD (`gpu_bench ceilings` measures it; "
    "--wide-slots=2 is the other case)",
    "FP64 takes {fp64:g} clocks; conversions, POPC and FLO 8; loads, stores and shuffles 4, or one for "
    "each sector of 32 bytes",
    "whatever else holds a warp up is in the 75 %: latency, instruction cache, misses of L1 and L2",
)
