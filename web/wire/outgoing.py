"""Frames that go out, save events and rows (`web/wire/events.py`)."""

from datetime import datetime
from typing import Any, ClassVar, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
)


class Outgoing(BaseModel):
    """Base of frames that we send; a field without a value is left out of the JSON."""

    model_config = ConfigDict(extra="forbid", frozen=True, serialize_by_alias=True)
    NULLABLE: ClassVar[frozenset[str]] = frozenset()

    @model_serializer(mode="wrap")
    def _leave_out_none(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {
            name: value
            for name, value in handler(self).items()
            if value is not None or name in self.NULLABLE
        }


class WireAgent(Outgoing):
    """An agent as others see one."""

    id: str
    name: str


class WireSender(Outgoing):
    """Who something is from."""

    role: Literal["customer", "bot", "agent", "system"]
    id: str | None = None
    name: str | None = None


class Welcome(Outgoing):
    """The conversation as it stands; events after `after` follow."""

    type: Literal["welcome"] = "welcome"
    conversation: str
    episode: int
    stage: str
    seq: int
    agent: WireAgent | None = None


class AgentWelcome(Outgoing):
    """The console's socket is up: who is signed in, and whether they take chats. Rows follow."""

    type: Literal["welcome"] = "welcome"
    agent: WireAgent
    role: str
    presence: str


class PresenceNotice(Outgoing):
    """An agent's presence after a change."""

    type: Literal["presence"] = "presence"
    agent: WireAgent
    state: str
    client_id: str | None = None


class Partial(Outgoing):
    """An answer while it is written: the whole text so far. Never stored."""

    type: Literal["partial"] = "partial"
    text: str


class TypingNotice(Outgoing):
    """Somebody is writing, or stopped."""

    type: Literal["typing"] = "typing"
    conversation: str | None = None
    sender: WireSender = Field(alias="from", validation_alias="from")
    on: bool


class SeenNotice(Outgoing):
    """Somebody has looked at everything up to `seq`."""

    type: Literal["seen"] = "seen"
    conversation: str | None = None
    sender: WireSender = Field(alias="from", validation_alias="from")
    seq: int


class QueueNotice(Outgoing):
    """Where in the queue; `wait_s` is null when history is silent."""

    NULLABLE = frozenset({"wait_s"})
    type: Literal["queue"] = "queue"
    position: int
    wait_s: tuple[int, int] | None = None


class ErrorNotice(Outgoing):
    """Why a command was refused; nothing was changed."""

    type: Literal["error"] = "error"
    code: str
    message: str
    client_id: str | None = None
    conversation: str | None = None
    retry_after_s: float | None = None
    agent: WireAgent | None = None
    reference: str | None = None


class Pong(Outgoing):
    """The answer to `ping`."""

    type: Literal["pong"] = "pong"


class RowGone(Outgoing):
    """A conversation has left the list."""

    type: Literal["row_gone"] = "row_gone"
    conversation: str


class Offer(Outgoing):
    """A waiting conversation is offered to this agent until `expires_at`."""

    type: Literal["offer"] = "offer"
    conversation: str
    expires_at: datetime


class Viewing(Outgoing):
    """Who has this conversation open."""

    type: Literal["viewing"] = "viewing"
    conversation: str
    agents: list[WireAgent]
