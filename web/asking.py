"""Questions from the command line, and replies as the JSON of HOUSE.md (`ask --batch`)."""

import json
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Annotated, Any, BinaryIO, TextIO

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from bot.dialogue import Decision, Dialogue, Reply, Speaker, Turn
from knowledge.snapshot import Snapshot
from web.thinking import Thinker
from web.wire.incoming import storable_text

log = logging.getLogger(__name__)

MAX_QUESTION_CHARS = 20_000  # beyond this nothing is read; no person types more
MAX_TURNS = 200  # the latest count
SPEAKERS = {
    "customer": Speaker.CUSTOMER,
    "user": Speaker.CUSTOMER,
    "bot": Speaker.BOT,
    "assistant": Speaker.BOT,
    "agent": Speaker.AGENT,
}
FAILED = Reply(Decision.HANDOFF, "Something failed on our side. A person will help.")

Role = Annotated[str, StringConstraints(pattern=f"^({'|'.join(SPEAKERS)})$")]


class AskedTurn(BaseModel):
    """A turn of the history; what else stands there is ignored."""

    model_config = ConfigDict(extra="ignore")
    role: Role
    text: str
    decision: Decision | None = None
    offer: bool = False
    helpful: bool | None = None
    articles: list[str] = Field(default_factory=list)


class Asked(BaseModel):
    """One line of a batch; what else stands there is ignored."""

    model_config = ConfigDict(extra="ignore")
    id: str | int | float
    question: str
    history: list[AskedTurn] | None = None
    profile: dict[str, Any] | None = None
    locale: str | None = None

    def dialogue(self) -> Dialogue:
        """The dialogue that ends with the question."""
        turns = [
            Turn(
                SPEAKERS[turn.role],
                clean(turn.text),
                turn.decision,
                turn.offer or turn.decision is Decision.OFFER_HUMAN,
                turn.helpful,
                tuple(turn.articles),
            )
            for turn in (self.history or [])[-MAX_TURNS:]
        ]
        turns.append(Turn(Speaker.CUSTOMER, clean(self.question)))
        profile = {k: str(v) for k, v in (self.profile or {}).items() if v is not None}
        return Dialogue(tuple(turns), profile, self.locale)


@dataclass(frozen=True)
class Invalid:
    """A line that cannot be asked; `line` counts from 1."""

    line: int
    error: str


def clean(text: str) -> str:
    """Cut and clean a text as the desk would."""
    return storable_text(text[:MAX_QUESTION_CHARS])


def read_line(number: int, line: bytes) -> Asked | Invalid:
    """Read one line of a batch."""
    try:
        data = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
        if not isinstance(data, dict):
            return Invalid(number, "not a JSON object")
        return Asked.model_validate(data, strict=False)
    except UnicodeDecodeError:
        return Invalid(number, "not UTF-8")
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        return Invalid(number, f"{where}: {first['msg']}")
    except RecursionError:
        return Invalid(number, "nested too deeply")
    except ValueError:  # also numbers too long to read
        return Invalid(number, "not JSON")


def answer_batch(
    thinking: Thinker,
    snapshot: Snapshot | None,
    source: BinaryIO,
    out: TextIO,
    *,
    batch: int,
    progress: Callable[[int], None] = lambda _: None,
) -> bool:
    """Answer every line of `source` into `out`, in order; true when every line was valid.

    `batch` questions are embedded together, and in memory, at a time; `progress` is told how many
    lines are done.
    """
    well = True
    done = 0
    for lines in chunks(enumerate(source, start=1), batch):
        read = [read_line(number, line) for number, line in lines]
        dialogues = [one.dialogue() for one in read if isinstance(one, Asked)]
        thoughts = iter(thinking.think(snapshot, dialogues))
        for one in read:
            if isinstance(one, Invalid):
                well = False
                record: dict[str, Any] = {"id": None, "line": one.line, "error": one.error}
            else:
                thought = next(thoughts)
                reply = thought.result
                if isinstance(reply, Exception):
                    well = False
                    log.error("answer failed id=%s", one.id, exc_info=reply)
                    reply = FAILED
                record = reply_record(one.id, reply, thought.seconds)
            out.write(json.dumps(record, ensure_ascii=False) + "\n")
        done += len(read)
        out.flush()
        progress(done)
    return well


def chunks(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Cut an iterable into lists of at most `size`."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def reply_record(id_: str | int | float, reply: Reply, seconds: float) -> dict[str, Any]:
    """Write a reply as the JSON of HOUSE.md, its fields in that order."""
    return {
        "id": id_,
        "decision": reply.decision.value,
        "answer": answer_text(reply),
        "offer": reply.offer,
        "sentences": [
            {"text": sentence.text, "citation": sentence.citation} for sentence in reply.sentences
        ],
        "citations": [
            {
                "article": citation.article,
                "title": citation.title,
                "url": citation.url,
                "quote": citation.quote,
                "start": citation.start,
                "end": citation.end,
            }
            for citation in reply.citations
        ],
        "snapshot": reply.snapshot,
        "confidence": round(float(reply.confidence), 6),
        "frustration": round(float(reply.frustration), 6),
        "reason": reply.reason,
        "retrieved": [
            {"article": hit.article, "passage": hit.passage, "score": float(hit.score)}
            for hit in reply.retrieved
        ],
        "latency_ms": round(seconds * 1000, 2),
    }


def answer_text(reply: Reply) -> str:
    """What the customer reads, with the choices of a question back."""
    missing = [choice.label for choice in reply.choices if choice.label not in reply.text]
    return "\n".join([reply.text, *(f"- {label}" for label in missing)])
