# SPDX-License-Identifier: MIT
"""header.py: src/gpu/predicted_rates.h, the few rates by which the library chooses a backend."""
import re

from clocks import ListCost
from lists import ModelError

# The header's constants, by list.
CONSTANTS = {
    "FG_PREDICTED_SEMIPRIME64_CLOCKS": "semiprimes-64",
    "FG_PREDICTED_RANDOM64_CLOCKS": "random-64",
    "FG_PREDICTED_SEMIPRIME48_CLOCKS": "semiprimes-48",
    "FG_PREDICTED_PRIME64_CLOCKS": "primes-64",
    "FG_PREDICTED_CANDIDATE32_CLOCKS": "primes-31",
    "FG_PREDICTED_CANDIDATE64_CLOCKS": "primes-40",
    "FG_PREDICTED_RANGE_COUNTS_CLOCKS": "range-mobius",
    "FG_PREDICTED_RANGE_PRODUCTS_CLOCKS": "range-phi",
}


def literal(value: float) -> str:
    """Returns three digits as a C double: 20300.0, 0.0693."""
    rounded = float(f"{value:.3g}")
    return f"{rounded:.1f}" if rounded >= 100 else f"{rounded:.3g}" + ("" if rounded % 1 else ".0")


def replaced(text: str, costs: dict[str, ListCost]) -> str:
    """Returns the header with the clocks of `costs`."""
    for constant, name in CONSTANTS.items():
        pattern = rf"(#define {constant} )\S+"
        text, count = re.subn(pattern, rf"\g<1>{literal(costs[name].clocks)}", text)
        if count != 1:
            raise ModelError(f"predicted_rates.h must define {constant} once")
    return text


def write(path: str, costs: dict[str, ListCost]) -> None:
    with open(path, encoding="ascii") as file:
        text = replaced(file.read(), costs)
    with open(path, "w", encoding="ascii") as file:
        file.write(text)
