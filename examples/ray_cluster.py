# SPDX-License-Identifier: MIT
"""Answers an input in parts on a Ray cluster; run it again to continue after an interruption.

    python examples/ray_cluster.py ADDRESS SOURCE PARTS FOLDER SUFFIX COLUMN...
    python examples/ray_cluster.py auto 1..10^9 64 /shared/answers .npy phi sigma

SOURCE and FOLDER, full names of what is there, are on a file system that all machines share. A task
has one GPU where there are some, and CPUS cores; Ray starts it again if its machine dies. Ray
reports its use to its makers unless RAY_USAGE_STATS_ENABLED is 0, as below.
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
import ray
from factor_gpu import parts

CPUS = int(os.environ.get("CPUS", "1"))


def main(source: str, of: int, folder: Path, suffix: str, columns: list[str]) -> int:
    manifest = folder / "parts.jsonl"
    gpus = 1 if ray.cluster_resources().get("GPU") else 0
    factor_part = ray.remote(num_cpus=CPUS, num_gpus=gpus, max_retries=-1)(parts.factor_part)
    tasks = [
        factor_part.remote(one.source, one.part, one.of, folder / f"part{one.part:06d}{suffix}",
                           columns, manifest=manifest, jobs=CPUS)
        for one in parts.plan(source, of)
    ]
    while tasks:
        (ended,), tasks = ray.wait(tasks)
        print(ray.get(ended), flush=True)
    verdict = parts.verify(manifest)
    print(verdict)
    return 0 if verdict else 1


if __name__ == "__main__":
    if len(sys.argv) < 7 or not sys.argv[3].isdecimal():
        sys.exit("usage: python ray_cluster.py ADDRESS SOURCE PARTS FOLDER SUFFIX COLUMN...")
    _, address, source, of, folder, suffix, *columns = sys.argv
    if not Path(folder).is_dir():
        sys.exit(f"there is no folder {folder}: make it first, where all machines see it")
    ray.init(address)
    sys.exit(main(source, int(of), Path(folder).absolute(), suffix, columns))
