"""Records of the desk for other programs: JSON Lines, CSV, and cases for evals."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from itertools import groupby
from typing import Any, TextIO

from pydantic import TypeAdapter
from sqlalchemy import Engine

from bot.dialogue import DIRECT_REQUEST, Decision, Speaker
from bot.language import spoken
from handoff.dialogues import turns_up_to
from handoff.events import Event, HandoffStep, Labels, Message, Note, Role
from handoff.exports import Exports
from handoff.measures import EpisodeMeasures, Totals, episodes_measured, total
from handoff.views import ConversationState
from web.wire.events import event_frame

WRONG_ESCALATION = "wrong-escalation"
BOT_SHOULD_KNOW = "bot-should-know"
"""Tags that the console sets by one click; each makes a case."""

CONVERSATION_COLUMNS = (
    "id", "site", "stage", "episode", "seq", "created_at", "changed_at", "closed_at", "resolution",
    "handoff_reason", "skill", "priority", "tags", "agent", "profile", "page", "locale", "device",
)  # fmt: skip
EVENT_COLUMNS = (
    "conversation", "seq", "episode", "at", "kind", "from_role", "from_id", "from_name", "text",
    "more",
)  # fmt: skip
MEASURE_COLUMNS = tuple(one.name for one in fields(EpisodeMeasures))
TOTAL_COLUMNS = tuple(one.name for one in fields(Totals))
STATE: TypeAdapter[ConversationState] = TypeAdapter(ConversationState)
MEASURES: TypeAdapter[EpisodeMeasures] = TypeAdapter(EpisodeMeasures)
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Table:
    """Records to write, and the columns that they have as CSV."""

    records: Iterator[dict[str, Any]]
    columns: tuple[str, ...]
    row_of: Callable[[Mapping[str, Any]], Mapping[str, Any]] = dict


@dataclass(frozen=True)
class CaseTurn:
    """A turn of a case's history."""

    role: str
    text: str


@dataclass(frozen=True)
class CaseLine:
    """A line of a case file (evals/cases.py); `note` says what a person still has to fill in."""

    id: str
    question: str
    history: list[CaseTurn]
    answerable: bool | None
    expect: list[str]
    tags: list[str]
    lang: str
    note: str


@dataclass(frozen=True)
class RatedLine:
    """An answer that a customer gave a thumb: a labelled transcript for `warmline calibrate`."""

    id: str
    question: str
    history: list[CaseTurn]
    answered_from: str
    right: bool
    tags: list[str]
    lang: str


def table_of(what: str, engine: Engine, since: datetime | None, until: datetime | None) -> Table:
    """One of `TABLES`, of what is in `[since, until)`; None leaves an end open."""
    return TABLES[what](engine, since, until)


def _events(engine: Engine, since: datetime | None, until: datetime | None) -> Table:
    records = map(event_record, Exports(engine).events(since, until))
    return Table(records, EVENT_COLUMNS, event_row)


def _conversations(engine: Engine, since: datetime | None, until: datetime | None) -> Table:
    records = map(conversation_record, Exports(engine).conversations(since, until))
    return Table(records, CONVERSATION_COLUMNS)


def _measures(engine: Engine, since: datetime | None, until: datetime | None) -> Table:
    records = map(measure_record, episodes_measured(engine, since, until))
    return Table(records, MEASURE_COLUMNS)


def _totals(engine: Engine, since: datetime | None, until: datetime | None) -> Table:
    summed = asdict(total(episodes_measured(engine, since, until)))
    return Table(iter([summed]), TOTAL_COLUMNS)


TABLES = {
    "events": _events,
    "conversations": _conversations,
    "measures": _measures,
    "totals": _totals,
}


def measure_record(measured: EpisodeMeasures) -> dict[str, Any]:
    """An episode's figures as plain JSON values, the agent by name."""
    plain: dict[str, Any] = MEASURES.dump_python(measured, mode="json")
    return {**plain, "agent": measured.agent.name if measured.agent else None}


def conversation_record(state: ConversationState) -> dict[str, Any]:
    """A conversation as plain JSON values; the visitor's digest stays here."""
    whole = STATE.dump_python(state, mode="json")
    return {name: whole[name] for name in CONVERSATION_COLUMNS}


def event_record(event: Event) -> dict[str, Any]:
    """An event as agents' sockets send it (docs/protocol.md), without its `type`."""
    frame = event_frame(event, for_agents=True).model_dump(mode="json")
    return {name: value for name, value in frame.items() if name != "type"}


def write_lines(records: Iterable[Mapping[str, Any]], target: TextIO) -> int:
    """Write JSON Lines; returns how many."""
    count = 0
    for record in records:
        count += 1
        target.write(json.dumps(record, ensure_ascii=False) + "\n")
    return count


def write_table(
    records: Iterable[Mapping[str, Any]], columns: Iterable[str], target: TextIO
) -> int:
    """Write CSV (RFC 4180) with a heading; returns how many records."""
    names = list(columns)
    writer = csv.writer(target)
    writer.writerow(names)
    count = 0
    for record in records:
        count += 1
        writer.writerow([cell(record.get(name)) for name in names])
    return count


def cell(value: object) -> object:
    """Write a value so that no spreadsheet runs it (OWASP, CSV injection)."""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def event_row(record: Mapping[str, Any]) -> dict[str, Any]:
    """An event's record as a row: who and what in columns, the rest as JSON in `more`."""
    sender = record["from"]
    row = {
        **{name: record.get(name) for name in EVENT_COLUMNS},
        **{f"from_{part}": sender.get(part) for part in ("role", "id", "name")},
    }
    told = {*EVENT_COLUMNS, "from"}
    row["more"] = {name: value for name, value in record.items() if name not in told}
    return row


def eval_cases(exports: Exports) -> Iterator[dict[str, Any]]:
    """A case for every episode that an agent marked and every answer that a customer rated.

    As `warmline eval` and `warmline calibrate` read them.
    """
    by_episode = groupby(exports.events(), key=lambda event: (event.conversation, event.episode))
    for _, episode in by_episode:
        events = list(episode)
        if line := case_of(events):
            yield asdict(line)
        yield from (asdict(rated) for rated in rated_answers(events))


def case_of(episode: list[Event]) -> CaseLine | None:
    """The case of one episode; None when it is not marked, or what was asked is erased."""
    labels = [event.payload for event in episode if isinstance(event.payload, Labels)]
    marks = {WRONG_ESCALATION, BOT_SHOULD_KNOW} & set(labels[-1].tags if labels else ())
    asked = question_of(episode, not_for_a_person=marks == {BOT_SHOULD_KNOW})
    if not marks or asked is None:
        return None
    turns = turns_up_to(episode, asked.seq)
    known = BOT_SHOULD_KNOW in marks
    note = next((e.payload.text for e in reversed(episode) if isinstance(e.payload, Note)), "")
    return CaseLine(
        id=f"{asked.conversation}-{asked.seq}",
        question=turns[-1].text,
        history=[CaseTurn(turn.speaker.value, turn.text) for turn in turns[:-1]],
        answerable=True if known else None,
        expect=["answer"] if known else ["answer", "clarify", "smalltalk"],
        tags=sorted(marks),
        lang=spoken(turns[-1].text, None),
        note=note or ("Name the gold_article." if known else "Say what would have been right."),
    )


def rated_answers(episode: list[Event]) -> Iterator[RatedLine]:
    """Yield a line for each answer of an episode that the customer gave a thumb."""
    messages = [event for event in episode if isinstance(event.payload, Message)]
    turns = turns_up_to(episode, episode[-1].seq)
    if len(turns) != len(messages):  # a message of a role that the bot does not hear
        return
    for at, (event, turn) in enumerate(zip(messages, turns, strict=True)):
        asked = [n for n in range(at) if turns[n].speaker is Speaker.CUSTOMER]
        rated = turn.decision is Decision.ANSWER and turn.helpful is not None and turn.articles
        if not rated or not asked or not turns[asked[-1]].text.strip():
            continue
        yield RatedLine(
            id=f"{event.conversation}-{event.seq}",
            question=turns[asked[-1]].text,
            history=[CaseTurn(t.speaker.value, t.text) for t in turns[: asked[-1]]],
            answered_from=turn.articles[0],
            right=bool(turn.helpful),
            tags=["rated"],
            lang=spoken(turns[asked[-1]].text, None),
        )


def question_of(episode: list[Event], *, not_for_a_person: bool = False) -> Event | None:
    """The customer's last message before the handoff, or the last of all without one.

    `not_for_a_person` passes by what the bot met with small talk or took for a wish for a person,
    unless there is nothing else: in "How long does it take?", "A human, please" the first is what
    the bot should have known.
    """
    handed = next((e.seq for e in episode if isinstance(e.payload, HandoffStep)), None)
    asked = [
        event
        for event in episode
        if isinstance(event.payload, Message) and event.sender.role is Role.CUSTOMER
    ]
    before = [event for event in asked if handed is None or event.seq < handed] or asked
    wishes = {
        decided.answers_seq
        for event in episode
        if isinstance(event.payload, Message) and (decided := event.payload.decided)
        if decided.decision is Decision.SMALLTALK
        or (decided.decision is Decision.HANDOFF and decided.reason == DIRECT_REQUEST)
    }
    real = [event for event in before if not_for_a_person and event.seq not in wishes]
    return next(reversed(real or before), None)
