# SPDX-License-Identifier: MIT
"""Answers an input in parts on a Dask cluster; run it again to continue after an interruption.

    python examples/dask_cluster.py SCHEDULER SOURCE PARTS FOLDER SUFFIX COLUMN...
    python examples/dask_cluster.py tcp://head:8786 /shared/n.parquet 64 /shared/answers .parquet phi

SOURCE and FOLDER, full names of what is there, are on a file system that all machines share. Give
each machine one worker of one thread (dask worker tcp://head:8786 --nthreads 1) for CPUs and GPUs.
"""
import sys
from pathlib import Path

from dask.distributed import Client, as_completed
from factor_gpu import parts


def main(scheduler: str, source: str, of: int, folder: Path, suffix: str, columns: list[str]) -> int:
    manifest = folder / "parts.jsonl"
    with Client(scheduler) as client:  # or Client(SSHCluster(...)), Client(SLURMCluster(...)), ...
        tasks = [
            client.submit(parts.factor_part, one.source, one.part, one.of,
                          folder / f"part{one.part:06d}{suffix}", columns, manifest=manifest,
                          devices="all", pure=False, retries=3)
            for one in parts.plan(source, of)
        ]
        for future in as_completed(tasks):
            print(future.result(), flush=True)
    verdict = parts.verify(manifest)
    print(verdict)
    return 0 if verdict else 1


if __name__ == "__main__":
    if len(sys.argv) < 7 or not sys.argv[3].isdecimal():
        sys.exit("usage: python dask_cluster.py SCHEDULER SOURCE PARTS FOLDER SUFFIX COLUMN...")
    _, scheduler, source, of, folder, suffix, *columns = sys.argv
    if not Path(folder).is_dir():
        sys.exit(f"there is no folder {folder}: make it first, where all machines see it")
    sys.exit(main(scheduler, source, int(of), Path(folder).absolute(), suffix, columns))
