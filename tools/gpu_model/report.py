# SPDX-License-Identifier: MIT
"""report.py: the model as text: its assumptions, a table for each card, and the kernels."""
from dataclasses import dataclass
from typing import Iterator, Optional

import host
from cards import L1_BYTES, Card
from clocks import WARP, ListCost
from lists import LISTS, MULTIPROCESSORS, NumberList
from pipes import ASSUMPTIONS

SHARE = 0.75  # of the bound that a real card is expected to reach
LAUNCH_US = 2.0  # of an empty launch, as usually measured on cards of these generations
SHOWN_SHARE = 0.01  # of a list's clocks: kernels below it are summed up in one row

COLUMNS = ("list", "products", "32-bit multiplications", "instructions", "clocks", "at 100 %", "at 75 %",
           "and launches", "bound by")
KERNEL_COLUMNS = ("kernel", "instructions", "FMA", "ALU", "FP64", "memory", "clocks", "bound by",
                  "lanes of 32", "code, KB", "accesses", "moved")


@dataclass
class CardModel:
    """A card with the costs of all lists on it, by name, in two cases of IMAD.WIDE."""
    card: Card
    costs: dict[str, ListCost]
    other_wide: dict[str, ListCost]
    wide_slots: int


def quantity(value: float) -> str:
    """Returns a rate with three digits and its prefix."""
    for prefix, unit in (("T", 1e12), ("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if value >= unit:
            return f"{value / unit:.3g} {prefix}/s"
    return f"{value:.3g}/s"


def figure(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> Iterator[str]:
    """Yields the lines of a Markdown table with aligned columns."""
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    for row in [header, tuple("-" * width for width in widths), *rows]:
        yield "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |"


def shown_products(cost: ListCost) -> str:
    """Returns the products of a number by the steps that make them."""
    ecm, pm1 = cost.products_of("ecm"), cost.products_of("pm1")
    parts = [f"{figure(value)} {name}" for name, value in (("ECM", ecm), ("P-1", pm1)) if value >= 0.5]
    rest = cost.products() - ecm - pm1
    return " + ".join(parts + [figure(rest)] if rest >= 0.5 else parts) or "-"


def bounds(cost: ListCost) -> str:
    """Returns the share of the time in which each pipe is in use, the busiest first."""
    names = {"issue": "issue", "fma": "FMA", "alu": "ALU", "fp64": "FP64", "lsu": "memory"}
    shares = sorted(((cost.pipe(pipe) / cost.clocks, name) for pipe, name in names.items()), reverse=True)
    return ", ".join(f"{name} {share:.0%}" for share, name in shares[:3])


def with_launches(card: Card, cost: ListCost, ghz: float) -> float:
    """Returns numbers a second if no launch overlaps another's work. The batch has as many numbers
    for each multiprocessor as the one that was counted."""
    numbers = cost.units * card.multiprocessors / MULTIPROCESSORS
    seconds = numbers / (SHARE * card.rate(cost.clocks, ghz)) + cost.launches * LAUNCH_US * 1e-6
    return numbers / seconds


def list_row(card: Card, numbers: NumberList, cost: ListCost) -> tuple[str, ...]:
    lanes = 1 if numbers.is_by_number else WARP  # of tests a warp makes 32 at once
    full = [card.rate(cost.clocks, ghz) for ghz in card.clocks_ghz]
    launched = with_launches(card, cost, card.clocks_ghz[0]) if numbers.is_factor else None
    return (numbers.title, shown_products(cost), figure(cost.multiplications() * lanes),
            figure(cost.instructions() * lanes), figure(cost.clocks * lanes),
            " / ".join(quantity(rate) for rate in full),
            " / ".join(quantity(SHARE * rate) for rate in full),
            quantity(launched) if launched else "-", bounds(cost))


def kernel_rows(cost: ListCost) -> list[tuple[str, ...]]:
    rows, rest = [], 0.0
    for name, kernel in sorted(cost.kernels.items(), key=lambda item: -item[1].clocks):
        if kernel.clocks < SHOWN_SHARE * cost.clocks:
            rest += kernel.clocks
            continue
        pipes = (figure(kernel.pipes[pipe]) for pipe in ("fma", "alu", "fp64", "lsu"))
        rows.append((name, figure(kernel.instructions), *pipes, figure(kernel.clocks), kernel.bound,
                     f"{kernel.active_lanes:.1f}", figure(kernel.code_bytes / 1000),
                     f"{kernel.memory_ratio:.2f}", f"{kernel.moved:.0%}"))
    if rest:
        rows.append(("others", *[""] * 5, figure(rest), *[""] * 5))
    return rows


def card_lines(model: CardModel) -> Iterator[str]:
    card = model.card
    clocks = " / ".join(f"{ghz:g}" for ghz in card.clocks_ghz)
    yield (f"## {card.name}: capability {card.capability}, {card.multiprocessors} multiprocessors, "
           f"{clocks} GHz, {card.memory_gb} GB; FP64 takes {card.fp64_clocks:g} clocks")
    yield ""
    counted = [numbers for numbers in LISTS if numbers.name in model.costs]
    yield from table(COLUMNS, [list_row(card, numbers, model.costs[numbers.name]) for numbers in counted])
    yield ""
    other = 3 - model.wide_slots
    rates = ", ".join(
        f"{numbers.title} "
        + quantity(SHARE * card.rate(model.other_wide[numbers.name].clocks, card.clocks_ghz[0]))
        for numbers in counted if numbers.is_factor)
    if rates:
        yield (f"If IMAD.WIDE and IMAD.HI take {other} slot(s) of IMAD instead of {model.wide_slots}, at 75 % "
               f"and {card.clocks_ghz[0]:g} GHz: {rates}.")
    if LISTS[0].name not in model.costs:
        return
    hardest = model.costs[LISTS[0].name]
    l1 = hardest.memory_bytes() / hardest.clocks / (L1_BYTES / 4)
    yield (f"L1 by the {LISTS[0].title}: {figure(hardest.memory_bytes())} bytes a number, "
           f"{l1:.0%} of what it moves at most.")


def kernel_lines(model: CardModel) -> Iterator[str]:
    for numbers in LISTS:
        if numbers.shows_kernels and numbers.name in model.costs:
            yield ""
            cost = model.costs[numbers.name]
            yield f"### {numbers.title}: kernels on {model.card.name}, a number; {cost.launches:.0f} launches"
            yield ""
            yield from table(KERNEL_COLUMNS, kernel_rows(cost))


def host_lines(model: CardModel, measured: Optional[host.HostCost], cores: int) -> Iterator[str]:
    if measured is None:
        return
    yield ""
    yield f"## The host's side: {measured.machine}, {cores} cores"
    yield ""
    rows = []
    for cost in measured.lists:
        if cost.name not in model.costs:
            continue
        card = SHARE * model.card.rate(model.costs[cost.name].clocks, model.card.clocks_ghz[0])
        side = cost.rate(cores)
        rows.append((cost.list, cost.answers, figure(cost.ns), quantity(side), quantity(card),
                     "card" if card <= side else "host"))
    yield from table(("list", "answers", "ns a number of a core", "host", f"{model.card.name} at 75 %",
                      "the slower"), rows)


def lines(models: list[CardModel], version: str, measured: Optional[host.HostCost],
          cores: int) -> Iterator[str]:
    """Yields the whole report."""
    yield "# What a GPU is predicted to do. This is a model; nothing in it was measured on a GPU."
    yield ""
    yield f"Counted from PTX and machine code of nvcc {version}. It assumes that"
    for assumption in ASSUMPTIONS:
        text = assumption.format(wide_slots=models[0].wide_slots, fp64=models[0].card.fp64_clocks)
        yield f"- {text};"
    yield f"- an empty launch takes {LAUNCH_US:g} us, in the column \"and launches\", where none overlaps."
    yield ""
    yield ("Products, instructions and clocks are for a number, of tests for a warp's 32 tests; a clock is "
           "that of one scheduler.")
    for model in models:
        yield ""
        yield from card_lines(model)
    yield from kernel_lines(models[0])
    yield ""
    yield ("\"accesses\": loads, stores and atomics by the model over those counted, 1 if exact. \"moved\": "
           "instructions whose line of PTX says another count than their block.")
    yield from host_lines(models[0], measured, cores)
