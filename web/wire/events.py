"""Events as frames, and how the desk's own objects become them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from bot.dialogue import Citation, ReplySentence
from handoff.events import (
    AgentRef,
    Attachment,
    Decided,
    Erased,
    Event,
    Feedback,
    HandoffStep,
    Labels,
    Message,
    Note,
    Payload,
    ProfileChange,
    Promise,
    Sender,
    StageChange,
    Summary,
    Survey,
)
from web.wire.outgoing import Outgoing, WireAgent, WireSender

SourceAddress = Callable[[Event, int], str]
"""Gives the address at which citation `n` of a message event can be read."""


class WireSentence(Outgoing):
    """A sentence of an answer; `citation` indexes `citations`, null only for a lead-in."""

    NULLABLE = frozenset({"citation"})
    text: str
    citation: int | None


class WireCitation(Outgoing):
    """Where a quote stands; `source` is the address that shows it in its article."""

    NULLABLE = frozenset({"url"})
    article: str
    title: str
    url: str | None
    quote: str
    start: int
    end: int
    source: str | None = None


class WireChoice(Outgoing):
    """One thing the customer may have meant."""

    value: str
    label: str


class WireDecided(Outgoing):
    """What stood behind a bot message; agents only."""

    decision: str
    answers_seq: int
    confidence: float
    frustration: float
    reason: str


class WireFile(Outgoing):
    """A file of a message, what it is by its content, and where it can be had."""

    name: str
    mime: str
    size: int
    width: int | None = None
    height: int | None = None
    address: str


class EventFrame(Outgoing):
    """What all events have. `conversation` is set for agents."""

    type: Literal["event"] = "event"
    conversation: str | None = None
    seq: int
    episode: int
    at: datetime
    kind: str
    sender: WireSender = Field(alias="from", validation_alias="from")
    client_id: str | None = None


class MessageFrame(EventFrame):
    """Something said."""

    kind: Literal["message"] = "message"
    text: str
    sentences: list[WireSentence] | None = None
    citations: list[WireCitation] | None = None
    snapshot: str | None = None
    choices: list[WireChoice] | None = None
    offer: bool | None = None
    choice: str | None = None
    files: list[WireFile] | None = None
    decided: WireDecided | None = None


class StageFrame(EventFrame):
    """The conversation moved."""

    kind: Literal["stage"] = "stage"
    stage: Literal["bot", "waiting", "human", "closed"]
    previous: str
    reason: str
    agent: WireAgent | None = None
    resolution: str | None = None


class HandoffFrame(EventFrame):
    """One step of a handoff."""

    kind: Literal["handoff"] = "handoff"
    state: Literal[
        "requested", "queued", "offered", "accepted", "timed_out", "cancelled", "returned"
    ]
    reason: str | None = None
    position: int | None = None
    wait_s: tuple[int, int] | None = None
    agent: WireAgent | None = None
    back_at: datetime | None = None
    off_duty: bool | None = None
    skill: str | None = None


class SurveyFrame(EventFrame):
    """A survey asked, or (with `score`) answered."""

    kind: Literal["survey"] = "survey"
    survey: str
    survey_kind: Literal["csat", "ces", "nps"]
    score: int | None = None
    comment: str | None = None


class NoteFrame(EventFrame):
    """A note between agents."""

    kind: Literal["note"] = "note"
    text: str


class FeedbackFrame(EventFrame):
    """A thumb under the bot message numbered `about_seq`."""

    kind: Literal["feedback"] = "feedback"
    about_seq: int
    helpful: bool


class ProfileFrame(EventFrame):
    """What the customer told about themselves."""

    kind: Literal["profile"] = "profile"
    profile: dict[str, str]


class WirePromise(Outgoing):
    """What the customer was promised, and by when."""

    text: str
    due_at: datetime


class LabelsFrame(EventFrame):
    """Tags, priority, snooze and promise after a change; agents only."""

    NULLABLE = frozenset({"snoozed_until"})
    kind: Literal["labels"] = "labels"
    tags: list[str]
    priority: int
    snoozed_until: datetime | None = None
    promise: WirePromise | None = None


class SummaryFrame(EventFrame):
    """What the conversation came to, in a language model's words; agents only."""

    kind: Literal["summary"] = "summary"
    text: str


class ErasedFrame(EventFrame):
    """The content is gone; the number stays."""

    kind: Literal["erased"] = "erased"
    was: str


def wire_promise(promise: Promise | None) -> WirePromise | None:
    """Show a promise to agents."""
    return None if promise is None else WirePromise(text=promise.text, due_at=promise.due_at)


def wire_agent(agent: AgentRef | None) -> WireAgent | None:
    """Show an agent to others."""
    return None if agent is None else WireAgent(id=agent.id, name=agent.name)


def wire_sender(sender: Sender) -> WireSender:
    """Show who something is from."""
    return WireSender(role=sender.role.value, id=sender.id, name=sender.name)


def event_frame(
    event: Event, *, source: SourceAddress | None = None, for_agents: bool = False
) -> EventFrame:
    """Make the frame of an event.

    Args:
        event: the event, already read for the right audience.
        source: gives a citation's address; None leaves it out.
        for_agents: name the conversation in the frame.
    """
    kind, fields = _payload(event, event.payload, source)
    return kind(
        **fields,
        conversation=event.conversation if for_agents else None,
        seq=event.seq,
        episode=event.episode,
        at=event.at,
        **{"from": wire_sender(event.sender)},
        client_id=event.client_id,
    )


def _payload(
    event: Event, payload: Payload, source: SourceAddress | None
) -> tuple[type[EventFrame], dict[str, Any]]:
    match payload:
        case Message():
            return MessageFrame, _message(event, payload, source)
        case StageChange():
            return StageFrame, {
                "stage": payload.stage.value,
                "previous": payload.previous.value,
                "reason": payload.reason,
                "agent": wire_agent(payload.agent),
                "resolution": payload.resolution.value if payload.resolution else None,
            }
        case HandoffStep():
            return HandoffFrame, {
                "state": payload.state.value,
                "reason": payload.reason or None,
                "position": payload.position,
                "wait_s": (payload.wait.low_s, payload.wait.high_s) if payload.wait else None,
                "agent": wire_agent(payload.agent),
                "back_at": payload.back_at,
                "off_duty": payload.off_duty or None,
                "skill": payload.skill,
            }
        case Survey():
            return SurveyFrame, {
                "survey": payload.survey,
                "survey_kind": payload.survey_kind.value,
                "score": payload.score,
                "comment": payload.comment,
            }
        case Note():
            return NoteFrame, {"text": payload.text}
        case Feedback():
            return FeedbackFrame, {"about_seq": payload.about_seq, "helpful": payload.helpful}
        case ProfileChange():
            return ProfileFrame, {"profile": dict(payload.profile)}
        case Labels():
            return LabelsFrame, {
                "tags": list(payload.tags),
                "priority": payload.priority,
                "snoozed_until": payload.snoozed_until,
                "promise": wire_promise(payload.promise),
            }
        case Summary():
            return SummaryFrame, {"text": payload.text}
        case Erased():
            return ErasedFrame, {"was": payload.was.value}


def _message(event: Event, message: Message, source: SourceAddress | None) -> dict[str, Any]:
    fields: dict[str, Any] = {"text": message.text}
    if message.sentences:
        fields["sentences"] = [_sentence(sentence) for sentence in message.sentences]
    if message.citations:
        fields["citations"] = [
            _citation(citation, source(event, n) if source else None)
            for n, citation in enumerate(message.citations)
        ]
    if message.choices:
        fields["choices"] = [WireChoice(value=c.value, label=c.label) for c in message.choices]
    if message.files:
        fields["files"] = [_file(file) for file in message.files]
    fields["offer"] = message.offer or None
    fields["snapshot"] = message.snapshot
    fields["choice"] = message.choice
    fields["decided"] = _decided(message.decided) if message.decided else None
    return fields


def _sentence(sentence: ReplySentence) -> WireSentence:
    return WireSentence(text=sentence.text, citation=sentence.citation)


def _citation(citation: Citation, source: str | None) -> WireCitation:
    return WireCitation(
        article=citation.article,
        title=citation.title,
        url=citation.url,
        quote=citation.quote,
        start=citation.start,
        end=citation.end,
        source=source,
    )


def _file(file: Attachment) -> WireFile:
    return WireFile(
        name=file.name,
        mime=file.type,
        size=file.size,
        width=file.width,
        height=file.height,
        address=f"/files/{file.id}",
    )


def _decided(decided: Decided) -> WireDecided:
    return WireDecided(
        decision=decided.decision.value,
        answers_seq=decided.answers_seq,
        confidence=decided.confidence,
        frustration=decided.frustration,
        reason=decided.reason,
    )


def to_json(frame: BaseModel) -> str:
    """Write a frame as JSON."""
    return frame.model_dump_json(by_alias=True)
