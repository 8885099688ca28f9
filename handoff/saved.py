"""Saved replies: texts that agents send often, with {customer} and {agent} in them."""

import re
from dataclasses import dataclass

from sqlalchemy import Engine, delete, select

from handoff.clock import Clock, system_clock
from handoff.database import reading, writing
from handoff.errors import BadValue
from handoff.tables import saved_replies

MAX_NAME_CHARS = 80
MAX_TEXT_CHARS = 8000
VARIABLES = frozenset({"customer", "customer_name", "agent", "agent_name"})
"""What the console fills in (web/console/static/replies.js), in braces."""
_IN_BRACES = re.compile(r"\{([A-Za-z_]+)\}")


@dataclass(frozen=True)
class SavedReply:
    """A text under a short name."""

    name: str
    text: str


class SavedReplies:
    """The saved replies of the whole team; every method is one transaction."""

    def __init__(self, engine: Engine, *, clock: Clock = system_clock) -> None:
        self._engine = engine
        self._clock = clock

    def all(self) -> list[SavedReply]:
        """Every saved reply, by name."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(saved_replies).order_by(saved_replies.c.name))
            return [SavedReply(row.name, row.text) for row in rows]

    def save(self, name: str, text: str) -> SavedReply:
        """Keep a text under a name, in place of what had that name.

        Raises `BadValue` for no or too many characters, and for a word in braces that is none of
        `VARIABLES`: nobody would fill it in, and the customer would read it.
        """
        kept = SavedReply(name.strip().lstrip("/"), text.strip())
        if not 0 < len(kept.name) <= MAX_NAME_CHARS or not 0 < len(kept.text) <= MAX_TEXT_CHARS:
            raise BadValue(
                f"A saved reply has a name of 1..{MAX_NAME_CHARS} characters "
                f"and a text of 1..{MAX_TEXT_CHARS}."
            )
        for word in _IN_BRACES.findall(kept.text):
            if word not in VARIABLES:
                raise BadValue(f"{{{word}}} is no variable: write {{customer}} or {{agent}}.")
        with writing(self._engine) as connection:
            connection.execute(delete(saved_replies).where(saved_replies.c.name == kept.name))
            connection.execute(
                saved_replies.insert().values(
                    name=kept.name, text=kept.text, changed_at=self._clock()
                )
            )
        return kept

    def remove(self, name: str) -> None:
        """Forget a saved reply; nothing happens when there is none."""
        with writing(self._engine) as connection:
            connection.execute(delete(saved_replies).where(saved_replies.c.name == name))
