# SPDX-License-Identifier: MIT
"""A Slurm cluster of two nodes on this machine, from Debian's packages, for the time of a test.

All of it lives in one folder: keys, sockets, state, logs. It has ports of its own and knows its
processes by their ids, so that it does not touch a cluster that the machine may belong to.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

NODES = ("n1", "n2")
PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "scontrol", "sinfo", "squeue")
PACKAGES = "munge slurmctld slurmd slurm-client"
_START_SECONDS = 90

_CONFIG = """\
ClusterName=parts
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CryptoType=crypto/munge
SlurmUser=root
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool_%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SlurmdParameters=config_overrides
SelectType=select/cons_tres
ReturnToService=2
SlurmdTimeout=10
KillWait=2
MinJobAge=300
MpiDefault=none
JobRequeue=1
SchedulerParameters=batch_sched_delay=1,sched_interval=2
NodeName={first} NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[0]} CPUs={cpus} RealMemory={memory_mb}
NodeName={second} NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[1]} CPUs={cpus} RealMemory={memory_mb}
PartitionName=p Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def find_program(name: str) -> str | None:
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


def missing_programs() -> list[str]:
    return [name for name in PROGRAMS if find_program(name) is None]


def _free_ports(count: int) -> list[int]:
    """Returns ports that nobody listens at. All are open at once, so that they differ."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def _reason_without_slurm() -> str:
    if os.geteuid() != 0:
        return "only root can run the daemons of Slurm"
    return f"there is no Slurm: apt install {PACKAGES}" if missing_programs() else ""


needs_slurm = pytest.mark.skipif(bool(_reason_without_slurm()), reason=_reason_without_slurm())


class SlurmCluster:
    """Starts with `with`, and ends all of its processes at the end. The CPUs and the memory of a node
    need not be there."""

    def __init__(self, folder: Path, cpus: int = 1, memory_mb: int = 500) -> None:
        self.folder = folder
        self.cpus, self.memory_mb = cpus, memory_mb
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.environment = dict(os.environ, SLURM_CONF=str(folder / "slurm.conf"))

    def __enter__(self) -> SlurmCluster:
        try:
            self._configure()
            self._start_munge()
            self._start("slurmctld", "slurmctld", "-D", "-c")
            for node in NODES:
                self.start_node(node)
            self.wait(lambda: self._states() == {"idle"}, "the nodes to be idle")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if "slurmctld" in self.processes:
            subprocess.run([find_program("scancel") or "scancel", "--user=root", "--quiet"],
                           env=self.environment, timeout=30, check=False)
        for name in reversed(list(self.processes)):
            self.stop(name, signal.SIGTERM)
        self._kill_orphans()

    def _configure(self) -> None:
        for name in ("state", *(f"spool_{node}" for node in NODES)):
            (self.folder / name).mkdir(parents=True)
        controller, *ports = _free_ports(1 + len(NODES))
        host = socket.gethostname().partition(".")[0]
        text = _CONFIG.format(host=host, folder=self.folder, controller=controller, ports=ports,
                              first=NODES[0], second=NODES[1], cpus=self.cpus,
                              memory_mb=self.memory_mb)
        (self.folder / "slurm.conf").write_text(text)

    def _start_munge(self) -> None:
        key = self.folder / "munge.key"
        key.write_bytes(secrets.token_bytes(64))
        key.chmod(0o600)
        names = {"socket": "socket", "pid-file": "pid", "log-file": "log", "seed-file": "seed"}
        options = [f"--{option}={self.folder}/munge.{name}" for option, name in names.items()]
        # --force, because the folder of a test may belong to a group.
        self._start("munged", "munged", "--foreground", "--force", f"--key-file={key}", *options)
        self.wait((self.folder / "munge.socket").exists, "munged")

    def _start(self, name: str, program: str, *arguments: str) -> None:
        path = find_program(program)
        assert path is not None
        with open(self.folder / f"{name}.out", "ab") as out:
            self.processes[name] = subprocess.Popen(
                [path, *arguments], env=self.environment, stdin=subprocess.DEVNULL, stdout=out,
                stderr=out, start_new_session=True)

    def start_node(self, node: str) -> None:
        self._start(node, "slurmd", "-D", "-N", node)

    def stop(self, name: str, how: signal.Signals) -> None:
        """Ends a process that this cluster has started, and waits for it."""
        process = self.processes.pop(name)
        if process.poll() is None:
            process.send_signal(how)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _processes(self, node: str = "") -> list[int]:
        """Returns the processes of jobs of this cluster, on one node or on all: their environment
        says so. What started them and watches them comes first."""
        wanted = {f"SLURM_CONF={self.folder}/slurm.conf".encode()}
        wanted |= {f"SLURMD_NODENAME={node}".encode()} if node else set()
        jobs, watchers = [], []
        for entry in filter(str.isdigit, os.listdir("/proc")):
            try:
                variables = set(Path("/proc", entry, "environ").read_bytes().split(b"\0"))
                parent = Path("/proc", entry, "stat").read_text().rpartition(")")[2].split()[1]
                name = Path("/proc", parent, "comm").read_text().strip()
            except OSError:
                continue  # it has ended
            if wanted <= variables and any(one.startswith(b"SLURM_JOB_ID=") for one in variables):
                jobs.append(int(entry))
                watchers += [int(parent)] if name == "slurmstepd" else []
        return watchers + jobs

    def kill_node(self, node: str) -> None:
        """Kills a node's daemon and all of its jobs, as when the machine loses power."""
        self.stop(node, signal.SIGKILL)
        self._kill(self._processes(node))

    def _kill_orphans(self) -> None:
        self._kill(self._processes())

    @staticmethod
    def _kill(processes: list[int]) -> None:
        for process in processes:
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def command(self, *arguments: str) -> str:
        path = find_program(arguments[0])
        assert path is not None
        return subprocess.run([path, *arguments[1:]], env=self.environment, check=True, text=True,
                              stdout=subprocess.PIPE, timeout=60).stdout

    def _states(self) -> set[str]:
        try:
            return set(self.command("sinfo", "-h", "-N", "-o", "%T").split())
        except subprocess.CalledProcessError:
            return set()  # the controller is not there yet

    def state_of(self, node: str) -> str:
        return self.command("sinfo", "-h", "-n", node, "-o", "%T").strip()

    def node_of(self, job: str, task: int) -> str:
        """Returns where a job of an array runs; "" if it does not."""
        return self.command("squeue", "-h", "-t", "R", "-j", f"{job}_{task}", "-o", "%N").strip()

    def begin_now(self, job: str) -> None:
        """Lets a job that begins later, because it was requeued, begin as soon as there is a node."""
        if self.command("squeue", "-h", "-t", "PD", "-j", job, "-o", "%i").strip():
            self.command("scontrol", "update", f"JobId={job}", "StartTime=now")

    def wait(self, condition, what: str, seconds: float = _START_SECONDS) -> None:  # type: ignore[no-untyped-def]
        end = time.monotonic() + seconds
        while not condition():
            dead = [name for name, one in self.processes.items() if one.poll() is not None]
            if dead or time.monotonic() > end:
                raise AssertionError(f"waited for {what}; ended: {dead}\n{self.logs()}")
            time.sleep(0.1)

    def logs(self) -> str:
        names = sorted([*self.folder.glob("*.log"), *self.folder.glob("*.out")])
        return "\n".join(f"--- {one.name}\n{one.read_text(errors='replace')[-1500:]}" for one in names)
