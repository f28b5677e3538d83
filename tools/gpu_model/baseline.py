# SPDX-License-Identifier: MIT
"""baseline.py: the committed costs of every kernel, and what has become dearer since."""
import json
from dataclasses import dataclass
from typing import Optional

from clocks import ListCost
from lists import Counted, ModelError

TOLERANCE = 0.03
WEIGHT = 0.01  # of a list: lighter kernels have no say of their own
FORMAT = 1

# The costs of one number or test, by list, kernel and kind.
Figures = dict[str, dict[str, dict[str, float]]]


@dataclass(frozen=True)
class Change:
    """A figure that differs from the baseline by more than the tolerance."""
    where: str
    kind: str
    before: float
    now: float

    @property
    def dearer(self) -> bool:
        return self.now > self.before

    def __str__(self) -> str:
        change = f"{abs(self.now / self.before - 1):.1%}" if self.before else "from nothing"
        word = "dearer" if self.dearer else "cheaper"
        return f"{self.where}: {word} by {change}: {self.kind} {self.before:.4g} -> {self.now:.4g}"


def ptx_figures(counted: dict[str, Counted]) -> Figures:
    """Returns the executed PTX instructions and 32-bit products, for each number."""
    return {name: {kernel.name: {"ptx_instructions": kernel.runs() / one.units,
                                 "ptx_products": kernel.products() / one.units}
                   for kernel in one.kernels.values() if kernel.runs() > 0}
            for name, one in counted.items()}


def machine_figures(costs: dict[str, ListCost]) -> Figures:
    """Returns instructions and clocks of machine code, for each number."""
    return {name: {kernel: {"instructions": one.instructions, "fma": one.pipes["fma"],
                            "alu": one.pipes["alu"], "fp64": one.pipes["fp64"], "clocks": one.clocks}
                   for kernel, one in cost.kernels.items()}
            for name, cost in costs.items()}


def with_totals(kernels: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    kinds = {kind for figures in kernels.values() for kind in figures}
    total = {kind: sum(figures.get(kind, 0.0) for figures in kernels.values()) for kind in sorted(kinds)}
    return {**kernels, "all kernels": total}


def compare_kernels(name: str, before: dict[str, dict[str, float]],
                    now: dict[str, dict[str, float]]) -> list[Change]:
    """Returns the changes of one list's kernels."""
    before, now = with_totals(before), with_totals(now)
    changes = []
    for kernel in sorted(before.keys() | now.keys()):
        for kind, total in before["all kernels"].items():
            old = before.get(kernel, {}).get(kind, 0.0)
            new = now.get(kernel, {}).get(kind, 0.0)
            if max(old, new) >= WEIGHT * total and abs(new - old) > TOLERANCE * old:
                changes.append(Change(f"{name}, {kernel}", kind, old, new))
    return changes


def compare(before: Figures, now: Figures) -> list[Change]:
    """Returns what has changed by more than the tolerance. A list that is missing is an error."""
    if missing := sorted(before.keys() - now.keys()):
        raise ModelError(f"not counted: {', '.join(missing)}")
    return [change for name in before for change in compare_kernels(name, before[name], now[name])]


def rounded(figures: Figures) -> Figures:
    """Returns figures with five digits, so that a new baseline differs in what has changed."""
    return {name: {kernel: {kind: float(f"{value:.5g}") for kind, value in kinds.items()}
                   for kernel, kinds in sorted(kernels.items())} for name, kernels in figures.items()}


def write(path: str, version: str, ptx: Figures, machine: Figures) -> None:
    with open(path, "w", encoding="ascii") as file:
        json.dump({"format": FORMAT, "nvcc": version, "ptx": rounded(ptx), "sm_90": rounded(machine)},
                  file, indent=1)
        file.write("\n")


def read(path: str) -> dict:
    try:
        with open(path, encoding="ascii") as file:
            document = json.load(file)
    except (OSError, json.JSONDecodeError) as error:
        raise ModelError(f"{path} cannot be read ({error}); ./dev gpu-model --update writes it") from error
    if document.get("format") != FORMAT:
        raise ModelError(f"{path} has another format; ./dev gpu-model --update writes it anew")
    return document


def of_lists(document: dict, names: list[str]) -> dict:
    """Returns a baseline with those lists alone."""
    if missing := sorted(set(names) - document["ptx"].keys()):
        raise ModelError(f"the baseline lacks {', '.join(missing)}; ./dev gpu-model --update adds them")
    return {**document, **{kind: {name: document[kind][name] for name in names}
                           for kind in ("ptx", "sm_90")}}


def changes(document: dict, ptx: Figures, machine: Optional[Figures]) -> list[Change]:
    """Returns what differs from a baseline, of machine code only if there is any."""
    found = compare(document["ptx"], ptx)
    return found + compare(document["sm_90"], machine) if machine is not None else found
