# SPDX-License-Identifier: MIT
"""wide_batches.py: predicts batches of numbers above 2^64 that are as large as a card takes them.

(a) The interpreter runs a warp of each program in each form, and machine code says what that takes.
(b) The emulated device takes a sample of a list through its rounds (bench/gpu/wide_rounds.c). Each of
its numbers stands for as many of a full batch, so that warps are as full as on the card. Both together
are the clocks of all rounds. What falls below 2^64, tests of primes and small primes are left out.
"""
import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Callable, Iterator, Sequence

from cards import SCHEDULERS, Card
from clocks import WARP, KernelCost, kernel_cost
from lists import ModelError, Programs
from machine_code import Kernel
from pipes import ASSUMPTIONS
from report import SHARE, figure, quantity, table

METHODS = ("pm1", "ecm")
PROGRAMS = "ABCDE"
# The forms in the order of their queues, each with bits of numbers that it takes.
FORMS = {"full": 128, "lazy": 120, "96": 90}
FORM_TITLES = {"full": "any modulus", "lazy": "four words", "96": "three words"}
# What a warp alone on its scheduler takes for an instruction: products depend on each other.
ALONE_CLOCKS = 1.25

# Lists of bench/list_numbers, and how many of each are a sample.
SAMPLES = (("semiprimes-80", 1024), ("semiprimes-96", 1024), ("semiprimes-112", 512),
           ("semiprimes-120", 384), ("semiprimes-128", 256), ("random-128", 4096))

Queue = tuple[str, str, str]  # method, program, form
QUEUES: tuple[Queue, ...] = tuple((method, program, form) for method in METHODS for program in PROGRAMS
                                  for form in FORMS)
Costs = dict[Queue, KernelCost]  # of a warp


@dataclass(frozen=True)
class Round:
    """How many parts of a sample wait for each step, and how many curves each of them gets."""
    copies: int
    lengths: dict[Queue, int]

    def warps(self, queue: Queue, weight: float) -> int:
        """Returns the warps of a queue if each number of the sample is `weight` numbers."""
        curves = self.copies if queue[0] == "ecm" else 1
        return math.ceil(self.lengths[queue] * curves * weight / WARP)


@dataclass(frozen=True)
class Batch:
    """The rounds of a full batch, of `numbers` for which `sampled` numbers stand."""
    source: str
    sampled: int
    numbers: int
    rounds: Sequence[Round]

    def clocks(self, costs: Costs, chosen: Callable[[Queue], bool] = lambda queue: True) -> float:
        """Returns the clocks of a scheduler for a number, of all queues or of the chosen ones."""
        return sum(self.round_clocks(one, costs, chosen) for one in self.rounds) / self.numbers

    def round_clocks(self, one: Round, costs: Costs, chosen: Callable[[Queue], bool]) -> float:
        weight = self.numbers / self.sampled
        return sum(one.warps(queue, weight) * costs[queue].clocks for queue in QUEUES if chosen(queue))

    def alone_s(self, costs: Costs, card: Card) -> float:
        """Returns how long the batch takes if no other is there: a round ends with its longest warp."""
        hertz = card.clocks_ghz[0] * 1e9
        together = SHARE * SCHEDULERS * card.multiprocessors
        return sum(max(self.round_clocks(one, costs, lambda queue: True) / together,
                       max((ALONE_CLOCKS * costs[queue].instructions for queue in QUEUES
                            if one.lengths[queue] > 0), default=0.0))
                   for one in self.rounds) / hertz


def words(numbers: list[int]) -> str:
    """Returns numbers as wide_rounds reads them."""
    return "".join(f"{n >> 64:x} {n % 2**64:x}\n" for n in numbers)


def parse_rounds(source: str, sampled: int, text: str) -> Batch:
    """Reads what wide_rounds prints."""
    lines = [[int(word) for word in line.split()] for line in text.splitlines()]
    if any(len(line) != 1 + len(QUEUES) for line in lines[1:]):
        raise ModelError(f"wide_rounds has other queues than {len(QUEUES)}")
    rounds = [Round(copies, dict(zip(QUEUES, lengths))) for copies, *lengths in lines[1:]]
    return Batch(source, sampled, lines[0][0], rounds)


def take_batch(programs: Programs, source: str, count: int, card: Card) -> Batch:
    printed = programs.wide_rounds(str(card.multiprocessors), words(programs.numbers(source, count)))
    return parse_rounds(source, count, printed)


def warp_costs(programs: Programs, machine: dict[str, Kernel], ptx_files: list[str], jobs: int,
               card: Card) -> tuple[Costs, Costs]:
    """Returns what a warp of each queue takes, if IMAD.WIDE takes one slot and if it takes two."""
    numbers = words([n for bits in FORMS.values() for n in programs.numbers(f"primes-{bits}", WARP)])

    def count_program(program: int):
        return programs.count_wide_program(program, numbers, ptx_files)

    with ThreadPoolExecutor(jobs) as pool:
        counted = list(pool.map(count_program, range(len(PROGRAMS))))
    return tuple({queue: queue_cost(queue, counted, machine, card, slots) for queue in QUEUES}
                 for slots in (1, 2))


def queue_cost(queue: Queue, counted: list, machine: dict[str, Kernel], card: Card, slots: int) -> KernelCost:
    method, program, form = queue
    name = f"wide_{method}_{form}_kernel"
    mangled, counts = next((mangled, counts) for mangled, counts
                           in counted[PROGRAMS.index(program)].items() if counts.name == name)
    return kernel_cost(machine[mangled], counts, 1, card.widths(slots))


def cost_lines(costs: Costs, other: Costs) -> Iterator[str]:
    rows = []
    for method in METHODS:
        for program in PROGRAMS:
            queues = [(method, program, form) for form in FORMS]
            title = "P-1" if method == "pm1" else "a curve"
            rows.append((f"{title}, {program}",
                         *(f"{figure(costs[q].clocks / 1000)}, {figure(other[q].clocks / 1000)}" for q in queues),
                         ", ".join(f"{costs[q].memory_ratio:.2f}" for q in queues)))
    yield from table(("program", *FORM_TITLES.values(), "accesses"), rows)


def share(batch: Batch, costs: Costs, chosen: Callable[[Queue], bool]) -> str:
    return f"{batch.clocks(costs, chosen) / batch.clocks(costs):.0%}"


def batch_row(batch: Batch, costs: Costs, other: Costs, card: Card) -> tuple[str, ...]:
    rates = (quantity(SHARE * card.rate(batch.clocks(one), card.clocks_ghz[0])) for one in (costs, other))
    works_s = batch.numbers / (SHARE * card.rate(batch.clocks(costs), card.clocks_ghz[0]))
    return (batch.source, f"{batch.sampled:,}", figure(batch.clocks(costs)), *rates, str(len(batch.rounds)),
            f"{works_s:.2g} s", f"{batch.alone_s(costs, card):.2g} s")


def share_row(batch: Batch, costs: Costs) -> tuple[str, ...]:
    return (batch.source,
            *(share(batch, costs, lambda q, program=program: q[:2] == ("ecm", program))
              for program in reversed(PROGRAMS)),
            share(batch, costs, lambda q: q[0] == "pm1"),
            *(share(batch, costs, lambda q, form=form: q[2] == form) for form in reversed(FORMS)))


def lines(batches: Sequence[Batch], costs: tuple[Costs, Costs], card: Card, version: str) -> Iterator[str]:
    """Yields the report."""
    one, two = costs
    yield "# Full batches of numbers above 2^64. This is a model; nothing in it was measured on a GPU."
    yield ""
    yield f"Counted from PTX and machine code of nvcc {version}, for {card.name}: {card.multiprocessors} " \
          f"multiprocessors, {card.clocks_ghz[0]:g} GHz. It assumes that"
    for assumption in ASSUMPTIONS:
        yield "- " + assumption.format(wide_slots="one or two", fp64=card.fp64_clocks) + ";"
    yield f"- a warp alone on its scheduler takes {ALONE_CLOCKS:g} clocks an instruction."
    yield ""
    yield ("Thousands of clocks of a scheduler for a warp, if IMAD.WIDE takes one slot and if it takes two. "
           "\"accesses\": loads, stores and atomics by the model over those counted, in the same order of forms.")
    yield ""
    yield from cost_lines(one, two)
    yield ""
    yield (f"Numbers a second at {SHARE:.0%} of the bound, in batches of {batches[0].numbers:,} that follow each "
           "other without end. \"works\": how long the device works for a batch; \"alone\": how long one takes "
           "if there is no other.")
    yield ""
    yield from table(("list", "sampled", "clocks a number", "one slot", "two slots", "rounds", "works", "alone"),
                     [batch_row(batch, one, two, card) for batch in batches])
    yield ""
    yield "Shares of these clocks, for one slot: curves by program, P-1, and both by form."
    yield ""
    yield from table(("list", *reversed(PROGRAMS), "P-1", *(FORM_TITLES[form] for form in reversed(FORMS))),
                     [share_row(batch, one) for batch in batches])


def report(programs: Programs, machine: dict[str, Kernel], ptx_files: list[str], jobs: int, card: Card,
           version: str) -> Iterator[str]:
    """Counts, and yields the report."""
    costs = warp_costs(programs, machine, ptx_files, jobs, card)
    with ThreadPoolExecutor(jobs) as pool:
        # The longest comes first.
        batches = list(pool.map(lambda sample: take_batch(programs, *sample, card), reversed(SAMPLES)))
    return lines(batches[::-1], costs, card, version)
