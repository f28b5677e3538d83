# SPDX-License-Identifier: MIT
"""Machines with SSH that are all this one: a server on a port of its own, for the time of a test."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any


class SshMachines:
    """Starts with `with`. In its folder, as the home of a user, SSH finds the machines by their names."""

    def __init__(self, asyncssh: Any, folder: Path, names: Sequence[str]) -> None:
        self.asyncssh = asyncssh
        self.folder = folder / ".ssh"
        self.names = names
        self.commands: list[str] = []  # what was started, in the order of the calls
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)

    def __enter__(self) -> SshMachines:
        self.thread.start()
        self.server = self._call(self._listen())
        return self

    def __exit__(self, *_: object) -> None:
        self._call(self._close())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    def _call(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    async def _listen(self) -> Any:
        self.folder.mkdir(parents=True, mode=0o700)
        user, host = (self.asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
        user.write_private_key(self.folder / "id_ed25519")
        user.write_public_key(self.folder / "authorized_keys")
        server = await self.asyncssh.listen(
            "127.0.0.1", 0, server_host_keys=[host], process_factory=self._serve,
            authorized_client_keys=str(self.folder / "authorized_keys"))
        names = " ".join(self.names)
        port = server.sockets[0].getsockname()[1]
        (self.folder / "config").write_text(f"Host {names}\n  HostName 127.0.0.1\n  Port {port}\n")
        key = host.export_public_key().decode()
        (self.folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {key}")
        return server

    async def _close(self) -> None:
        self.server.close()
        await self.server.wait_closed()

    async def _serve(self, process: Any) -> None:
        """Runs a command, as sshd does, and ends it with the connection."""
        self.commands.append(process.command)
        pipe = asyncio.subprocess.PIPE
        child = await asyncio.create_subprocess_shell(
            process.command, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True)
        try:
            await process.redirect(child.stdin, child.stdout, child.stderr)
            ended = asyncio.create_task(child.wait())
            closed = asyncio.create_task(process.wait_closed())
            await asyncio.wait((ended, closed), return_when=asyncio.FIRST_COMPLETED)
        finally:
            if child.returncode is None:
                os.killpg(child.pid, signal.SIGKILL)
            process.exit(await child.wait())
