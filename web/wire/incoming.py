"""Frames that come in, checked strictly.

An unknown type or field, a wrong type, or a value out of its range is a bad frame, and the socket
closes with 4400. What is only too long, too early or too often is not bad: it is answered by an
`error` frame (web/refusals.py). Text is made safe to store on the way in: what is not a Unicode
character, and NUL, become U+FFFD.
"""

import json
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

MAX_CLIENT_ID_CHARS = 64
MAX_COMMENT_CHARS = 4000
MAX_FILES = 5

T = TypeVar("T")


class BadFrame(Exception):
    """What came in is not a frame of this protocol; the message says where it is wrong."""


class Incoming(BaseModel):
    """Base of frames that we receive."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


ClientIdText = Annotated[str, Field(min_length=1, max_length=MAX_CLIENT_ID_CHARS)]
Seq = Annotated[int, Field(ge=0, le=2**53)]
Id = Annotated[str, Field(min_length=1, max_length=128)]
Moment = Annotated[AwareDatetime, Field(strict=False)]  # RFC 3339 text; strict wants an object


class Hello(Incoming):
    """The first frame of the widget's socket: who it is, and the last event it has."""

    type: Literal["hello"]
    token: Annotated[str, Field(max_length=8192)]
    after: Seq = 0


class Typing(Incoming):
    """Whether the sender is writing."""

    type: Literal["typing"]
    on: bool


class Seen(Incoming):
    """The last event that the sender has looked at."""

    type: Literal["seen"]
    seq: Seq


class Ping(Incoming):
    """Answered by `pong`; keeps proxies from closing a quiet socket."""

    type: Literal["ping"]


class Command(Incoming):
    """Base of what changes state; a repeat with the same `client_id` changes nothing."""

    client_id: ClientIdText


class SendMessage(Command):
    """Say something; `anew` begins a new episode where the last one is closed."""

    type: Literal["message"]
    text: str
    files: Annotated[list[Id], Field(max_length=MAX_FILES)] = []
    anew: bool = False


class AskHuman(Command):
    """Ask for a person."""

    type: Literal["ask_human"]


class CancelHandoff(Command):
    """Stop waiting for a person."""

    type: Literal["cancel_handoff"]


class Choose(Command):
    """Pick one of the choices of the bot's last question."""

    type: Literal["choose"]
    value: Annotated[str, Field(min_length=1, max_length=512)]


class LeaveContact(Command):
    """Leave a name, an e-mail address or both for the people who will reply."""

    type: Literal["email_me"]
    email: Annotated[str, Field(min_length=1, max_length=254)] | None = None
    name: Annotated[str, Field(max_length=200)] | None = None


class GiveFeedback(Command):
    """A thumb under the bot answer numbered `seq`."""

    type: Literal["feedback"]
    seq: Seq
    helpful: bool


class Rate(Command):
    """Answer a survey: CSAT and CES 1 to 5, NPS 0 to 10."""

    type: Literal["rate"]
    survey: Id
    score: Annotated[int, Field(ge=0, le=10)]
    comment: Annotated[str, Field(max_length=MAX_COMMENT_CHARS)] | None = None


class CloseConversation(Command):
    """End the episode."""

    type: Literal["close"]


CustomerFrame = Annotated[
    SendMessage
    | AskHuman
    | CancelHandoff
    | Choose
    | GiveFeedback
    | LeaveContact
    | Rate
    | CloseConversation
    | Typing
    | Seen
    | Ping,
    Field(discriminator="type"),
]


class OpenAt(Incoming):
    """A conversation that an agent has open, and the last event they have."""

    conversation: Id
    after: Seq = 0


class AgentHello(Incoming):
    """The first frame of the console's socket: what was open before the connection."""

    type: Literal["hello"]
    open: Annotated[list[OpenAt], Field(max_length=64)] = []


class SetPresence(Incoming):
    """Whether the agent takes chats."""

    type: Literal["presence"]
    state: Literal["online", "away", "offline"]
    client_id: ClientIdText | None = None


class AgentCommand(Incoming):
    """Base of what an agent does with a conversation; without a `client_id` one is made."""

    conversation: Id
    client_id: ClientIdText | None = None


class Open(AgentCommand):
    """Show a conversation and follow it: `welcome`, then its events after `after`."""

    type: Literal["open"]
    after: Seq = 0


class Leave(AgentCommand):
    """Stop following a conversation."""

    type: Literal["leave"]


class Claim(AgentCommand):
    """Take a waiting conversation."""

    type: Literal["claim"]


class Accept(AgentCommand):
    """Take the conversation that was offered."""

    type: Literal["accept"]


class Decline(AgentCommand):
    """Let the offered conversation go to the next agent."""

    type: Literal["decline"]


class AgentMessage(AgentCommand):
    """Reply to the customer."""

    type: Literal["message"]
    text: str


class AgentNote(AgentCommand):
    """Write something that only agents see."""

    type: Literal["note"]
    text: str


class AgentTyping(AgentCommand):
    """Whether the agent is writing to the customer."""

    type: Literal["typing"]
    on: bool


class AgentSeen(AgentCommand):
    """The last event that the agent has looked at."""

    type: Literal["seen"]
    seq: Seq


class Transfer(AgentCommand):
    """Give the conversation to another agent, named by id."""

    type: Literal["transfer"]
    to: Id


class Release(AgentCommand):
    """Give the conversation back to the bot or to the queue."""

    type: Literal["release"]
    to: Literal["bot", "queue"]


class PromiseMade(Incoming):
    """What the customer was promised, and by when."""

    text: Annotated[str, Field(min_length=1, max_length=200)]
    due_at: Moment


Tags = Annotated[list[Annotated[str, Field(max_length=64)]], Field(max_length=32)]


class SetLabels(AgentCommand):
    """Change tags, priority (-1 low to 2 urgent), snooze or promise; what is left out stays.

    `tags` are all of them as they shall be; `add_tags` and `remove_tags` leave the others alone.
    `snooze_until` null brings the conversation back at once; `promise` null says that it is kept.
    """

    type: Literal["labels"]
    tags: Tags | None = None
    add_tags: Tags = []
    remove_tags: Tags = []
    priority: Annotated[int, Field(ge=-1, le=2)] | None = None
    snooze_until: Moment | None = None
    promise: PromiseMade | None = None


class AgentClose(AgentCommand):
    """End the episode with a resolution."""

    type: Literal["close"]
    resolution: Literal["solved", "unsolved", "no_reply", "spam"] = "solved"


AgentFrame = Annotated[
    SetPresence
    | Open
    | Leave
    | Claim
    | Accept
    | Decline
    | AgentMessage
    | AgentNote
    | AgentTyping
    | AgentSeen
    | Transfer
    | Release
    | SetLabels
    | AgentClose
    | Ping,
    Field(discriminator="type"),
]

HELLO: TypeAdapter[Hello] = TypeAdapter(Hello)
AGENT_HELLO: TypeAdapter[AgentHello] = TypeAdapter(AgentHello)
CUSTOMER_FRAME: TypeAdapter[CustomerFrame] = TypeAdapter(CustomerFrame)
AGENT_FRAME: TypeAdapter[AgentFrame] = TypeAdapter(AgentFrame)


def read_frame(adapter: TypeAdapter[T], text: str) -> T:
    """Read one frame of the kinds that `adapter` knows.

    Raises:
        BadFrame: not JSON, not an object, or not a frame of these kinds.
    """
    try:
        data = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise BadFrame("not JSON") from None
    if not isinstance(data, dict):
        raise BadFrame("not a JSON object")
    try:
        return adapter.validate_python(_storable(data))
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in problem["loc"])
        raise BadFrame(f"{where}: {problem['msg']}" if where else problem["msg"]) from None
    except RecursionError:
        raise BadFrame("nested too deeply") from None


def _no_constant(name: str) -> None:
    raise ValueError(name)


def storable_text(text: str) -> str:
    """Replace what no database takes (NUL, lone surrogates) by U+FFFD."""
    return (
        text.replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    )


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return storable_text(value)
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {storable_text(key): _storable(item) for key, item in value.items()}
    return value
