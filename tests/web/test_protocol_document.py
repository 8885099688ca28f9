"""docs/protocol.md speaks of the protocol that the code speaks."""

import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from web.widget.routes import Session, SessionRequest
from web.wire import Close, events, outgoing, rows
from web.wire.events import EventFrame
from web.wire.incoming import (
    AGENT_FRAME,
    AGENT_HELLO,
    CUSTOMER_FRAME,
    HELLO,
    AgentFrame,
    CustomerFrame,
    read_frame,
)
from web.wire.outgoing import Outgoing

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "protocol.md"
EXAMPLES = [
    (kind, text.strip())
    for kind, text in re.findall(
        r"```json (\S+)\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL
    )
]
READ = {
    "customer": CUSTOMER_FRAME,
    "customer-hello": HELLO,
    "agent": AGENT_FRAME,
    "agent-hello": AGENT_HELLO,
}


def outgoing_models() -> dict[tuple[str, str | None, bool], type[BaseModel]]:
    """Every frame that the server sends, by type, kind, and whether it names a conversation."""
    found: dict[tuple[str, str | None, bool], type[BaseModel]] = {}
    for module in (outgoing, events, rows):
        for model in vars(module).values():
            if not isinstance(model, type) or not issubclass(model, Outgoing):
                continue
            fields = model.model_fields
            if "type" not in fields or model is EventFrame:
                continue
            kind = fields["kind"].default if "kind" in fields else None
            found[(fields["type"].default, kind, "presence" in fields)] = model
    return found


MODELS = outgoing_models()


def model_of(frame: dict[str, Any]) -> type[BaseModel]:
    """The model that writes this frame."""
    return MODELS[(frame["type"], frame.get("kind"), "presence" in frame)]


@pytest.mark.parametrize(
    ("kind", "text"), EXAMPLES, ids=[f"{n}-{kind}" for n, (kind, _) in enumerate(EXAMPLES)]
)
def test_example_is_what_the_code_speaks(kind: str, text: str) -> None:
    example = json.loads(text)
    if kind in READ:
        read_frame(READ[kind], text)
    elif kind == "server":
        model = model_of(example)
        written = json.loads(model.model_validate(example).model_dump_json())
        assert written == example
    elif kind == "session-request":
        SessionRequest.model_validate(example)
    elif kind == "session":
        Session.model_validate(example)
    else:
        assert kind == "http-error"
        assert {"code", "message", "reference"} <= set(example["error"])


def test_every_frame_has_an_example() -> None:
    shown = [json.loads(text) for kind, text in EXAMPLES if kind == "server"]
    assert set(MODELS.values()) == {model_of(frame) for frame in shown}
    for kind, union in (("customer", CustomerFrame), ("agent", AgentFrame)):
        types = {
            get_args(model.model_fields["type"].annotation)[0]
            for model in get_args(get_args(union)[0])
        }
        assert types == {json.loads(text)["type"] for k, text in EXAMPLES if k == kind}


def test_every_close_code_is_explained() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert [code for code in Close if f"| {int(code)} |" not in text] == []
