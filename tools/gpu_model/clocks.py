# SPDX-License-Identifier: MIT
"""clocks.py: clocks of a scheduler for a number or a test, from counts and machine code."""
from dataclasses import dataclass, field

from counts import KernelCounts
from executed import executed
from lists import Counted, ModelError
from machine_code import Kernel
from pipes import Widths, check_known, is_product, pipe_clocks

WARP = 32
INSTRUCTION_BYTES = 16  # from compute capability 7.0 on
# Instructions that a product modulo n has once: in words of arith/montgomery_words.h, in doubles its only product.
PRODUCT_MARKS = ("madc.lo.cc.u32", "mul.rn.f64")
# Of two words, arith/montgomery_rows.h: a multiplication for q in each row, of the form's three or four
# words.
ROWS = {"_96_kernel": 3}
ROWS_MARK = "mul.lo.u32"


@dataclass
class KernelCost:
    """The cost of a kernel for each number (or, of trial division, each test)."""
    instructions: float
    pipes: dict[str, float]
    multiplications: float
    products: float  # modulo n, by lanes
    active_lanes: float
    memory_bytes: float
    memory_ratio: float
    moved: float
    code_bytes: int = 0

    @property
    def clocks(self) -> float:
        return max(self.pipes.values())

    @property
    def bound(self) -> str:
        return max(self.pipes, key=lambda pipe: self.pipes[pipe])


@dataclass
class ListCost:
    """The costs of all kernels for a number of a list; `launches` for all of its `units`."""
    units: float
    launches: float
    kernels: dict[str, KernelCost] = field(default_factory=dict)

    @property
    def clocks(self) -> float:
        return sum(cost.clocks for cost in self.kernels.values())

    def pipe(self, name: str) -> float:
        return sum(cost.pipes[name] for cost in self.kernels.values())

    def products_of(self, step: str) -> float:
        """Returns the products of the kernels of a step, of numbers with one word and with two."""
        return sum(cost.products for name, cost in self.kernels.items()
                   if name.startswith((step, "wide_" + step)))

    def products(self) -> float:
        return sum(cost.products for cost in self.kernels.values())

    def multiplications(self) -> float:
        return sum(cost.multiplications for cost in self.kernels.values())

    def instructions(self) -> float:
        return sum(cost.instructions for cost in self.kernels.values())

    def memory_bytes(self) -> float:
        return sum(cost.memory_bytes for cost in self.kernels.values())

    def share_of_moved(self) -> float:
        total = self.instructions()
        return sum(c.moved * c.instructions for c in self.kernels.values()) / total if total else 0.0


def products_of(counts: KernelCounts) -> float:
    """Returns the products modulo n, by lanes."""
    if not counts.name.startswith("wide_"):
        return counts.lanes_of(*PRODUCT_MARKS)
    rows = next((count for end, count in ROWS.items() if counts.name.endswith(end)), 4)
    return counts.lanes_of(ROWS_MARK) / rows


def kernel_cost(kernel: Kernel, counts, units: float, widths: Widths) -> KernelCost:
    """Returns the cost of a kernel for each of `units`."""
    check_known(i.opcode for i in kernel.instructions())
    done = executed(kernel, counts)
    pipes = pipe_clocks(done.opcodes, widths)
    pipes["lsu"] = max(pipes["lsu"], counts.sectors())
    multiplications = sum(runs for opcode, runs in done.opcodes.items() if is_product(opcode))
    products = products_of(counts)
    return KernelCost(sum(done.opcodes.values()) / units,
                      {pipe: clocks / units for pipe, clocks in pipes.items()},
                      multiplications / units, products / units, counts.active_lanes(),
                      32 * counts.sectors() / units, done.memory_ratio, done.moved,
                      INSTRUCTION_BYTES * sum(1 for _ in kernel.instructions()))


def list_cost(counted: Counted, machine: dict[str, Kernel], widths: Widths) -> ListCost:
    """Returns what a list costs on a card. Kernels that the list never launches are left out."""
    cost = ListCost(counted.units, counted.launches)
    for mangled, counts in counted.kernels.items():
        if counts.runs() <= 0:
            continue
        if mangled not in machine:
            raise ModelError(f"the machine code lacks the kernel {counts.name}")
        cost.kernels[counts.name] = kernel_cost(machine[mangled], counts, counted.units, widths)
    return cost
