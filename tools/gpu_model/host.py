# SPDX-License-Identifier: MIT
"""host.py: what the host does for each number of a batch on a GPU: it checks and copies answers.

`answers_bench --json=FILE` measures it on a CPU. The committed file keeps what the table needs.
"""
import json
from dataclasses import dataclass

from lists import ModelError

TOPIC = "answers-"  # of a race of answers_bench; the list and the kind of answer come behind it
ROW = "pieces, all threads"


@dataclass(frozen=True)
class ListHostCost:
    """Nanoseconds of a core's time for a number of a list."""
    list: str
    answers: str
    ns: float

    @property
    def name(self) -> str:
        """Returns the name of lists.NumberList."""
        return self.list if self.answers == "divisors" else f"{self.list}-{self.answers}"

    def rate(self, cores: int) -> float:
        """Returns numbers a second of all cores, which share a batch in independent pieces."""
        return cores * 1e9 / self.ns


@dataclass(frozen=True)
class HostCost:
    """The figures that were measured on a machine."""
    machine: str
    lists: tuple[ListHostCost, ...]


def of_race(race: dict) -> ListHostCost:
    numbers, answers = race["topic"][len(TOPIC):].rsplit("-", 1)
    row = next(row for row in race["rows"] if row["name"] == ROW)
    return ListHostCost(numbers, answers, row["median_s"] / race["units_per_run"] * 1e9)


def of_bench(document: dict) -> HostCost:
    """Returns the CPU time of a number from what answers_bench wrote."""
    races = [race for race in document["races"]
             if race["topic"].startswith(TOPIC) and not race["topic"].endswith("-wall")]
    return HostCost(document["environment"]["cpu"], tuple(of_race(race) for race in races))


def read(path: str) -> HostCost:
    """Reads a file of answers_bench, or the one that write() made."""
    try:
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        if "races" in document:
            return of_bench(document)
        return HostCost(document["machine"], tuple(ListHostCost(**one) for one in document["lists"]))
    except (OSError, json.JSONDecodeError, KeyError, TypeError, StopIteration) as error:
        raise ModelError(f"{path} is not what answers_bench --json writes: {error!r}") from error


def write(path: str, cost: HostCost) -> None:
    lists = [{"list": one.list, "answers": one.answers, "ns": round(one.ns, 1)} for one in cost.lists]
    with open(path, "w", encoding="ascii") as file:
        json.dump({"machine": cost.machine, "lists": lists}, file, indent=1)
        file.write("\n")
