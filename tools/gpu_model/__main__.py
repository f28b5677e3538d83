# SPDX-License-Identifier: MIT
"""gpu_model: predicts the rates of a GPU from counts, without one. ./dev gpu-model runs it.

(a) The PTX interpreter of tests/ptx executes nvcc's code on lists of numbers and counts; (b) nvdisasm
shows what ptxas makes of each instruction. Both together are instructions and clocks for a number.
"""
import argparse
import os
import sys
import tempfile
from typing import Optional

import baseline
import counters
import header
import host
import report
import wide_batches
from cards import CARDS, Card
from clocks import ListCost, list_cost
from lists import LISTS, Counted, ModelError, Programs, count_lists
from machine_code import DisassemblyError, Kernel
from pipes import UnknownOpcode
from toolkit import ROOT, find_nvdisasm, find_ptx, jobs, machine_code_of, ptx_version

BASELINE = os.path.join(ROOT, "bench", "gpu", "model_baseline.json")
HEADER = os.path.join(ROOT, "src", "gpu", "predicted_rates.h")
HOST = os.path.join(ROOT, "bench", "gpu", "model_host.json")
ALL = [numbers.name for numbers in LISTS]
NARROW = [numbers.name for numbers in LISTS if not numbers.is_wide]
WITHOUT_DOUBLES = "86"  # the capability of a device whose engine has no form in doubles
SKIPPED = 77  # ctest's usual exit status of a test that was skipped


def arguments(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev gpu-model", description="Predicts a GPU's rates.")
    parser.add_argument("--build", required=True, help=argparse.SUPPRESS)  # which ./dev names
    parser.add_argument("--venv", default="", help=argparse.SUPPRESS)
    parser.add_argument("--ptx", help="a folder with the PTX in 75/ and 90/ (default: the build's)")
    parser.add_argument("--list", action="append", metavar="NAME", dest="names",
                        choices=ALL,
                        help="take this list alone; can be given several times. Without it: all below 2^64 "
                             "and ranges, and with --check and --counters all")
    parser.add_argument("--card", action="append", metavar="CAPABILITY", dest="cards",
                        choices=[card.capability for card in CARDS],
                        help="show this card alone, as in --card=9.0; can be given several times")
    parser.add_argument("--baseline", default=BASELINE, help="the file to compare with or to write")
    parser.add_argument("--check", action="store_true",
                        help="compare with the baseline; fails if a kernel is more than 3 %% dearer")
    parser.add_argument("--brief", action="store_true",
                        help="check without numbers above 2^64, which take most of the time")
    parser.add_argument("--ptx-alone", action="store_true",
                        help="check without machine code, as where nvdisasm is missing")
    parser.add_argument("--counters", action="store_true",
                        help="show what the kernels execute: instructions by kind, lanes, memory, divergence")
    parser.add_argument("--wide-batches", action="store_true",
                        help="show numbers above 2^64 in batches as large as a card's, by a sample's rounds")
    parser.add_argument("--update", action="store_true",
                        help="write the baseline, and the rates that the library predicts by; with --check the "
                             "baseline alone, in less time")
    parser.add_argument("--without-doubles", action="store_true",
                        help="count as on a GPU whose FP64 is slow, which takes no cofactor in doubles")
    parser.add_argument("--wide-slots", type=int, choices=(1, 2), default=1,
                        help="slots of IMAD that IMAD.WIDE and IMAD.HI take (default 1)")
    parser.add_argument("--host", default=HOST,
                        help="what answers_bench --json measured of a host; --update keeps it")
    parser.add_argument("--cores", type=int, default=16, help="the host's cores (default 16)")
    options = parser.parse_args(given)
    options.ptx = options.ptx or os.path.join(options.build, "tests", "ptx")
    return options


def costs_on(card: Card, counted: dict[str, Counted], machine: dict[str, Kernel],
             wide_slots: int) -> dict[str, ListCost]:
    widths = card.widths(wide_slots)
    return {name: list_cost(one, machine, widths) for name, one in counted.items()}


class Model:
    """Counts and machine code, made when they are asked for."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        # A folder of this run's own, because two may run at the same time; it goes with the object.
        self.folder = tempfile.TemporaryDirectory(prefix="gpu_model.", dir=options.build)
        self.work = self.folder.name
        self.nvdisasm = None if options.ptx_alone else find_nvdisasm(options.venv)

    def ptx_files(self, architecture: str) -> list[str]:
        return find_ptx(os.path.join(self.options.ptx, architecture))

    def count(self, architecture: str, check: bool, names: Optional[list[str]] = None) -> dict[str, Counted]:
        """Counts the lists of these names, or all of them."""
        folder = os.path.join(self.work, f"counts_{architecture}")
        programs = Programs(self.options.build, folder,
                            WITHOUT_DOUBLES if self.options.without_doubles else architecture, untested=check)
        chosen = [one for one in LISTS if names is None or one.name in names]
        return count_lists(programs, chosen, self.ptx_files(architecture), jobs(), check)

    def machine(self, card: Card) -> dict[str, Kernel]:
        if self.nvdisasm is None:
            raise ModelError("nvdisasm is missing; ./dev gpu-model installs it, which needs the network")
        folder = os.path.join(self.work, f"sm_{card.architecture}")
        return machine_code_of(self.ptx_files(card.ptx), card.architecture, folder, self.nvdisasm)

    def version(self) -> str:
        return ptx_version(self.ptx_files("90")[0])


def card_models(model: Model) -> list[report.CardModel]:
    slots = model.options.wide_slots
    cards = [card for card in CARDS if card.capability in (model.options.cards or [card.capability])]
    chosen = model.options.names or NARROW
    narrow = [name for name in chosen if name in NARROW]
    counted = {ptx: model.count(ptx, check=False, names=narrow) for ptx in sorted({card.ptx for card in cards})}
    # Those of two words take the interpreter minutes each, and are counted for the first card alone.
    wide = [name for name in chosen if name not in NARROW]
    if CARDS[0] in cards:
        counted[CARDS[0].ptx].update(model.count(CARDS[0].ptx, check=False, names=wide))
    models = []
    for card in cards:
        machine = model.machine(card)
        models.append(report.CardModel(card, costs_on(card, counted[card.ptx], machine, slots),
                                       costs_on(card, counted[card.ptx], machine, 3 - slots), slots))
    return models


def figures(model: Model, names: list[str]) -> tuple[baseline.Figures, Optional[baseline.Figures]]:
    """Returns the figures that a baseline holds; those of machine code only if nvdisasm is here."""
    counted = model.count("90", check=True, names=names)
    machine = None
    if model.nvdisasm is not None:
        card = CARDS[0]
        machine = baseline.machine_figures(costs_on(card, counted, model.machine(card), wide_slots=1))
    return baseline.ptx_figures(counted), machine


def update_baseline(model: Model, names: list[str]) -> None:
    """Writes these lists' figures into the baseline, which keeps the others if nvcc is the same."""
    ptx, machine = figures(model, names)
    if machine is None:
        raise ModelError("the baseline needs nvdisasm; ./dev gpu-model installs it, which needs the network")
    path, version = model.options.baseline, model.version()
    before = baseline.read(path) if os.path.exists(path) else {"nvcc": None}
    if before["nvcc"] == version:
        ptx, machine = {**before["ptx"], **ptx}, {**before["sm_90"], **machine}
    baseline.write(path, version, ptx, machine)
    print(f"written: {os.path.relpath(path, ROOT)}")


def check(model: Model) -> int:
    names = model.options.names or (NARROW if model.options.brief else ALL)
    if model.options.update:
        update_baseline(model, names)
        return 0
    document = baseline.read(model.options.baseline)
    if model.version() != document["nvcc"]:
        print(f"nvcc here is {model.version()}, and the baseline is of {document['nvcc']}")
        return SKIPPED
    ptx, machine = figures(model, names)
    document = baseline.of_lists(document, names)
    if machine is None:
        print("PTX alone is compared; ./dev gpu-model installs nvdisasm, which shows machine code")
    found = baseline.changes(document, ptx, machine)
    for change in found:
        print(change)
    dearer = any(change.dearer for change in found)
    if dearer:
        print("if that is intended, ./dev gpu-model --check --update accepts it")
    elif found:
        print("./dev gpu-model --check --update keeps what was gained")
    else:
        print("no kernel is dearer or cheaper than the baseline by more than 3 %")
    return 1 if dearer else 0


def show_counters(model: Model) -> None:
    chosen = [one for one in LISTS if model.options.names is None or one.name in model.options.names]
    counted = model.count("90", check=False, names=[one.name for one in chosen])
    for line in counters.lines(model.version(), chosen, counted):
        print(line)


def show_wide_batches(model: Model) -> None:
    card = CARDS[0]
    programs = Programs(model.options.build, os.path.join(model.work, "wide"), card.architecture)
    for line in wide_batches.report(programs, model.machine(card), model.ptx_files(card.ptx), jobs(), card,
                                    model.version()):
        print(line)


def show(model: Model) -> None:
    models = card_models(model)
    measured = host.read(model.options.host) if os.path.exists(model.options.host) else None
    for line in report.lines(models, model.version(), measured, model.options.cores):
        print(line)
    if model.options.update:
        print()
        update_baseline(model, ALL)
        header.write(HEADER, models[0].costs)
        if measured is not None:
            host.write(HOST, measured)
        print(f"written: {os.path.relpath(HEADER, ROOT)}")


def main() -> int:
    options = arguments(sys.argv[1:])
    try:
        model = Model(options)
        if options.check:
            return check(model)
        if options.counters:
            show_counters(model)
            return 0
        if options.wide_batches:
            show_wide_batches(model)
            return 0
        if options.update and (options.names or options.cards):
            raise ModelError("--update needs all lists and cards: leave out --list and --card, or add --check")
        show(model)
        return 0
    except (ModelError, UnknownOpcode, DisassemblyError) as error:
        print(f"gpu-model: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
