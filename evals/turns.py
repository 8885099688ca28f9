"""The turns of a case as the bot sees them, with what is known of each."""

from collections.abc import Mapping
from typing import Any

from bot.dialogue import Decision, Turn
from evals.cases import SPEAKERS


def turn_of(row: Mapping[str, Any]) -> Turn:
    """Read one turn: `role` and `text`; `decision`, `offer` and `helpful` where they are known."""
    decision = Decision(row["decision"]) if row.get("decision") else None
    return Turn(
        SPEAKERS[row["role"]],
        row["text"],
        decision=decision,
        offer=row.get("offer", False),
        helpful=row.get("helpful"),
    )
