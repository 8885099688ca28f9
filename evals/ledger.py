"""Looks at the locked questions, one line each: a set looked at often is no longer locked."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from evals.figures import Figure

LEDGER = Path(__file__).parent / "ledger.jsonl"


def add_look(
    figures: Mapping[str, Figure], *, at: datetime, version: str, path: Path = LEDGER
) -> None:
    """Append one look with its date and figures; commit the file with the change it judged."""
    line = {
        "at": at.isoformat(timespec="seconds"),
        "version": version,
        "figures": {name: round(f.value, 4) for name, f in figures.items()},
        "counts": {name: f.count for name, f in figures.items()},
    }
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def looks(path: Path = LEDGER) -> int:
    """Count the looks so far."""
    if not path.exists():
        return 0
    return sum(bool(line.strip()) for line in path.read_text(encoding="utf-8").splitlines())
