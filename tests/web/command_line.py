"""`warmline` as a real process, with the quick model."""

import os
import subprocess
import sys
from pathlib import Path

PATIENCE_S = 120.0  # a deadline, not a wait
COMMAND = (sys.executable, "-m", "web.commands")

ARTICLES = {
    "returns.md": "# Returns\n\nYou can return anything within 30 days of delivery.\n",
    "delivery.md": "# Delivery to Norway\n\nDelivery to Norway takes three working days.\n",
    "invoices.md": "# Invoices\n\nInvoices stand in your account under Billing.\n",
    "passwords.md": "# Forgotten password\n\n1. Open the log-in page.\n2. Press Forgot password.\n",
    "hub.md": "# Resetting the hub\n\nHold the button of the hub for ten seconds.\n",
}


def environment(**more: str) -> dict[str, str]:
    """The environment of a command: no settings of ours but those given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WARMLINE_")}
    return {**kept, "WARMLINE_EMBEDDING_MODEL": "hash", "COLUMNS": "100", **more}


def warmline(
    *args: str | Path, stdin: bytes = b"", **more: str
) -> subprocess.CompletedProcess[bytes]:
    """Run a command to its end."""
    return subprocess.run(
        [*COMMAND, *map(str, args)],
        input=stdin,
        capture_output=True,
        env=environment(**more),
        timeout=PATIENCE_S,
        check=False,
    )


def start(*args: str | Path) -> subprocess.Popen[str]:
    """Start a command and leave it running."""
    return subprocess.Popen(
        [*COMMAND, *map(str, args)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )


def write_articles(folder: Path) -> Path:
    """Make a folder of five articles."""
    folder.mkdir(parents=True)
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder
