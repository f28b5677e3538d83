# SPDX-License-Identifier: MIT
"""cards.py: the cards of the table, and what the model takes from their data sheets."""
from dataclasses import dataclass

from pipes import FULL_FP64, SLOW_FP64, Widths

SCHEDULERS = 4  # of a multiprocessor, in every capability from 7.0 on
L1_BYTES = 128  # of a multiprocessor a clock


@dataclass(frozen=True)
class Card:
    """A card. `clocks_ghz` are those that the table has a column for."""
    name: str
    capability: str
    multiprocessors: int
    clocks_ghz: tuple[float, ...]
    fp64_clocks: float
    memory_gb: int

    @property
    def architecture(self) -> str:
        return self.capability.replace(".", "")

    @property
    def ptx(self) -> str:
        """The PTX that is assembled: of 9.0 its own, of others the PTX that every build has."""
        return "90" if self.capability == "9.0" else "75"

    def widths(self, wide_slots: int) -> Widths:
        return Widths(fp64=self.fp64_clocks, wide_slots=wide_slots)

    def rate(self, clocks: float, ghz: float) -> float:
        """Returns how many a second, if one takes so many clocks of a scheduler."""
        return SCHEDULERS * self.multiprocessors * ghz * 1e9 / clocks


CARDS = (
    # NVIDIA H100 data sheet and "H100 Tensor Core GPU Architecture" (2022): SXM5, 132 multiprocessors,
    # FP64 at half of FP32's rate. 1.98 GHz is the highest clock that nvidia-smi lists for it, 1.755
    # what a card holds under load.
    Card("H100 SXM", "9.0", 132, (1.755, 1.98), FULL_FP64, 80),
    # NVIDIA product page of the GeForce RTX 3060: 3,584 cores of 128 a multiprocessor, base and boost
    # clock. FP64: "Ampere GA102 GPU Architecture" (2020), 2 lanes a multiprocessor.
    Card("GeForce RTX 3060", "8.6", 28, (1.32, 1.78), SLOW_FP64, 12),
    # NVIDIA product page of the GeForce RTX 4060: 3,072 cores, base and boost clock. FP64: "Ada GPU
    # Architecture" (2022), 2 lanes a multiprocessor.
    Card("GeForce RTX 4060", "8.9", 24, (1.83, 2.46), SLOW_FP64, 8),
    # NVIDIA product page of the GeForce RTX 5060: 3,840 cores, base and boost clock. FP64: "RTX
    # Blackwell GPU Architecture" (2025), 2 lanes a multiprocessor.
    Card("GeForce RTX 5060", "12.0", 30, (2.28, 2.50), SLOW_FP64, 8),
)
