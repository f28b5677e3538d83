# SPDX-License-Identifier: MIT
"""A Dask cluster of processes on this machine, each of which a test can stop, kill and start again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples" / "dask_cluster.py"
#: Far more than anything takes, also on a busy machine.
PATIENCE_SECONDS = 300


def wait_for(condition: Callable[[], object], what: str, log: Path | None = None) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > end:
            text = log.read_text(errors="replace")[-4000:] if log is not None else ""
            raise AssertionError(f"waited in vain for {what}\n{text}")
        time.sleep(0.005)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


class DaskProcesses:
    """Starts a scheduler with `with`, and ends all of its processes at the end."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.log = folder / "dask.log"
        self.address = f"tcp://127.0.0.1:{free_port()}"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.environment = {
            **os.environ,
            "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "10",
            "DASK_DISTRIBUTED__ADMIN__TICK__LIMIT": "1h",
            **{f"DASK_DISTRIBUTED__{name}": value for name, value in settings.items()},
        }

    def __enter__(self) -> DaskProcesses:
        self.start_scheduler()
        return self

    def __exit__(self, *_: object) -> None:
        for name in list(self.processes):
            self.end(name, signal.SIGKILL)

    def start(self, name: str, *arguments: str, **streams: int) -> subprocess.Popen[bytes]:
        with open(self.log, "ab") as log:
            process = subprocess.Popen(
                [sys.executable, *arguments], env=self.environment, cwd=self.folder,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        self.processes[name] = process
        return process

    def start_scheduler(self) -> None:
        port = self.address.rpartition(":")[2]
        self.start("scheduler", "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1",
                   "--port", port, "--no-dashboard", "--no-show")

    def start_worker(self, name: str) -> int:
        """Starts a worker without a nanny, which would start a dead one again."""
        return self.start(
            name, "-m", "distributed.cli.dask_worker", self.address, "--name", name, "--nthreads",
            "1", "--no-nanny", "--no-dashboard", "--local-directory", str(self.folder)).pid

    def start_example(self, *arguments: str) -> subprocess.Popen[bytes]:
        return self.start("example", str(EXAMPLE), self.address, *arguments)

    def send(self, name: str, number: signal.Signals) -> None:
        self.processes[name].send_signal(number)

    def end(self, name: str, number: signal.Signals) -> None:
        process = self.processes.pop(name)
        if process.poll() is None:
            process.send_signal(number)
        process.wait(PATIENCE_SECONDS)

    def wait_example(self) -> int:
        """Returns the exit status of the example."""
        process = self.processes.pop("example")
        try:
            return process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(self.text()) from None

    def text(self) -> str:
        return self.log.read_text(errors="replace")[-6000:]

    def unfinished(self, name: str, folder: Path) -> Iterator[Path]:
        """Yields the files that a worker has under way and has written to."""
        for path in folder.glob(f"*-{self.processes[name].pid}-*.part"):
            try:
                if path.stat().st_size > 0:
                    yield path
            except FileNotFoundError:
                pass  # it is complete

    def catch_writing(self, name: str, folder: Path) -> Path:
        """Stops a worker while it writes, and returns the file that it writes."""
        caught: list[Path] = []

        def catch() -> bool:
            if next(self.unfinished(name, folder), None) is not None:
                self.send(name, signal.SIGSTOP)
                wait_for(lambda: self._state(name) == "T", f"{name} to stop", self.log)
                caught.extend(self.unfinished(name, folder))
                if not caught:  # it was faster
                    self.send(name, signal.SIGCONT)
            return bool(caught)

        wait_for(catch, f"{name} to write", self.log)
        return caught[0]

    def _state(self, name: str) -> str:
        text = Path("/proc", str(self.processes[name].pid), "stat").read_text()
        return text.rpartition(")")[2].split()[0]
