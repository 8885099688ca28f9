"""Ingest on a schedule: the server runs `warmline ingest` beside itself, again and again.

A process of its own, at low priority: reading and embedding take nothing from the customers' answers,
and a run that dies takes nothing down. The server notices a new snapshot as it always does.
"""

import asyncio
import json
import logging
import os
import shutil
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from subprocess import PIPE

from web.settings import Settings, variable

log = logging.getLogger(__name__)

SEPARATOR = ";"
PATIENCE_S = 5.0  # for a run to end when the server stops; it may be killed at any moment


@dataclass(eq=False)
class Schedule:
    """Runs the settings' ingest at once and then `ingest_every_s` after each run."""

    settings: Settings
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    @property
    def is_wanted(self) -> bool:
        """Whether the settings ask for it."""
        return bool(self.sources) and self.settings.ingest_every_s > 0

    @property
    def sources(self) -> list[str]:
        """The sources of the settings."""
        given = self.settings.ingest_sources.split(SEPARATOR)
        return [text.strip() for text in given if text.strip()]

    async def run(self) -> None:
        """Ingest until cancelled."""
        while True:
            try:
                await self.ingest_once()
            except Exception:  # the task's edge: tried again at the next turn
                log.exception("scheduled ingest failed")
            await self.sleep(self.settings.ingest_every_s)

    async def ingest_once(self) -> bool:
        """Run one ingest to its end; True when it went well. What it said is logged."""
        process = await asyncio.create_subprocess_exec(
            *self.command(), stdout=PIPE, stderr=PIPE, env=self.environment()
        )
        try:
            out, errors = await process.communicate()
        finally:
            await _end(process)
        if process.returncode != 0:
            said = errors.decode(errors="replace").strip().splitlines()
            log.warning("scheduled ingest failed: %s", said[-1] if said else process.returncode)
            return False
        report = json.loads(out)
        log.info(
            "scheduled ingest done articles=%d new=%d changed=%d removed=%d errors=%d generation=%s",
            report["articles"],
            len(report["added"]),
            len(report["changed"]),
            len(report["removed"]),
            sum(problem["severity"] == "error" for problem in report["problems"]),
            report["generation"],
        )
        return True

    def command(self) -> list[str]:
        """The command line of one run."""
        nice = shutil.which("nice")
        return [
            *([nice, "-n", "10"] if nice else []),
            sys.executable,
            "-m",
            "web.commands",
            "ingest",
            "--json",
            "--data",
            str(self.settings.data.resolve()),
            *(["--allow-private"] if self.settings.ingest_allow_private else []),
            "--",
            *self.sources,
        ]

    def environment(self) -> dict[str, str]:
        """The server's own environment, with what its settings say however they were given."""
        said = {
            variable(name): str(getattr(self.settings, name))
            for name in ("embedding_model", "snapshots_kept", "database_url")
        }
        return {**os.environ, **said}


async def _end(process: asyncio.subprocess.Process) -> None:
    """Let no run outlive the server; the ingest is safe to kill."""
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), PATIENCE_S)
    except TimeoutError:
        process.kill()
