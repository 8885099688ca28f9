"""Looking for words in everything that was said and noted, and in what is known of customers."""

import json
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Text, cast, or_, select

from handoff.database import reading
from handoff.desk import store
from handoff.desk.ledger import Ledger
from handoff.events import ConversationId, EventKind
from handoff.summaries import row_of
from handoff.tables import conversations, customers, events
from handoff.views import Row

EXCERPT_CHARS = 160
BEFORE_CHARS = 40
"""Of a long message, in front of the word that was looked for."""
KNOWN_BY = ("name", "email")
"""What of a customer's profile is searched."""
_SAID = events.c.payload["text"].as_string()
_IS_SAID = events.c.kind.in_((EventKind.MESSAGE.value, EventKind.NOTE.value))


@dataclass(frozen=True)
class Found:
    """A conversation that has the words, and the latest message or note with one of them.

    `excerpt` is None where only the customer's name, address or another known value has them.
    """

    row: Row
    seq: int | None = None
    excerpt: str | None = None


class Finding(Ledger):
    """Reads; changes nothing."""

    def search(self, words: str, *, limit: int = 50) -> list[Found]:
        """Conversations that have all the words, whatever their case, latest first.

        Each word may stand in a message, in a note, in a tag or in the customer's name or address.
        """
        wanted = words.split()
        if not wanted:
            return []
        query = store.STATE.where(*(_stands_somewhere(word) for word in wanted))
        query = query.order_by(conversations.c.changed_at.desc(), conversations.c.id).limit(limit)
        with reading(self._engine) as connection:
            rows = [row_of(store.state_of(row)) for row in connection.execute(query)]
            ids = [row.conversation for row in rows]
            said = connection.execute(
                select(events.c.conversation_id, events.c.seq, _SAID.label("text"))
                .where(
                    events.c.conversation_id.in_(ids),
                    _IS_SAID,
                    or_(*(_SAID.icontains(word, autoescape=True) for word in wanted)),
                )
                .order_by(events.c.seq)
            ).all()
        latest = {ConversationId(line.conversation_id): line for line in said}
        return [
            Found(row, line.seq, excerpt(line.text, wanted))
            if (line := latest.get(row.conversation))
            else Found(row)
            for row in rows
        ]


def _stands_somewhere(word: str) -> ColumnElement[bool]:
    profile = customers.c.profile
    tags = cast(conversations.c.tags, Text)
    said = select(events.c.conversation_id).where(_IS_SAID, _SAID.icontains(word, autoescape=True))
    return or_(
        conversations.c.id.in_(said),
        *(profile[name].as_string().icontains(word, autoescape=True) for name in KNOWN_BY),
        tags.icontains(word, autoescape=True),
        tags.icontains(json.dumps(word)[1:-1], autoescape=True),  # SQLite's JSON escapes letters
    )


def excerpt(text: str, words: list[str]) -> str:
    """The part of a text around the first word that stands in it, on one line."""
    line = " ".join(text.split())
    folded = line.casefold()
    places = [at for word in words if (at := folded.find(word.casefold())) >= 0]
    start = max(0, min(places, default=0) - BEFORE_CHARS)
    piece = line[start : start + EXCERPT_CHARS]
    end = "…" if start + EXCERPT_CHARS < len(line) else ""
    return ("…" if start else "") + piece + end
