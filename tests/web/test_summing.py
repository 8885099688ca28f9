"""The packet's summary in a language model's words: a real server, a real endpoint, ways to fail."""

import time
from collections.abc import Iterator
from threading import Event
from typing import Any

import httpx
import pytest

from tests.scripted_model import Asked, Endpoint, Script, endpoint
from tests.web.servers import PATIENCE_S, Line, ServerProcess, agent_line, customer_line

LOOK_S = 0.05  # between looks at what came of the summary
SUMMARY = "The customer wants to return a lamp after 30 days. The desk showed how returns work."
INVENTED = "The customer was promised a refund of £500 by Robert."
SAID = ("Can I return a lamp after 30 days?", "And is the label for returns free?")


def summing_up(text: str) -> Script:
    """Say this of a conversation, and nothing to any other request."""

    def write(asked: Asked) -> Iterator[str]:
        if [name for name, _ in asked.blocks] == ["the conversation"]:
            yield text

    return Script(write)


@pytest.fixture
def model_endpoint() -> Iterator[Endpoint]:
    with endpoint(summing_up(SUMMARY)) as served:
        yield served


@pytest.fixture
def summing_server(stopped_server: ServerProcess, model_endpoint: Endpoint) -> ServerProcess:
    stopped_server.environ = {**model_endpoint.settings, "WARMLINE_LANGUAGE_MODEL_TIMEOUT_S": "8"}
    stopped_server.start()
    return stopped_server


def hand_over(line: Line) -> None:
    """Ask twice, then ask for a person."""
    for n, text in enumerate(SAID):
        line.send("message", client_id=f"m{n}", text=text)
        line.message_of("bot")
    line.send("ask_human", client_id="person")
    line.event("handoff", state="queued")


def packet_of(client: httpx.Client, conversation: str) -> dict[str, Any]:
    answer = client.get(f"/api/agent/conversations/{conversation}/packet")
    assert answer.status_code == 200
    packet: dict[str, Any] = answer.json()
    return packet


def outcome_of(server: ServerProcess, outcome: str) -> bool:
    name = f'warmline_model_summaries_total{{outcome="{outcome}"}} 1.0'
    return name in httpx.get(f"{server.url}/metrics").text


def test_the_summary_reaches_the_agents_after_the_handoff_and_never_the_customer(
    summing_server: ServerProcess, model_endpoint: Endpoint
) -> None:
    client = summing_server.log_in()
    session = summing_server.session().json()
    conversation = session["conversation"]
    with customer_line(summing_server, session) as eva, agent_line(summing_server, client) as ada:
        hand_over(eva)
        ada.send("open", conversation=conversation, after=0)
        assert ada.event("summary")["text"] == SUMMARY
        ada.send("claim", conversation=conversation, client_id="claim")
        eva.event("stage", stage="human")
        assert not [f for f in eva.seen if f.get("kind") == "summary"]
    packet = packet_of(client, conversation)
    assert packet["worded_summary"] == SUMMARY
    assert packet["summary"].startswith(f"Asked first: “{SAID[0]}”")
    summed = [asked for asked in model_endpoint.requests if "colleague" in asked.system]
    assert len(summed) == 1


@pytest.mark.parametrize(
    ("script", "outcome"),
    [
        (summing_up(INVENTED), "dropped"),
        (Script(status=500), "failed"),
        (Script(hangs=True), "failed"),
    ],
    ids=["invents", "dead", "hangs"],
)
def test_a_model_that_is_no_good_leaves_the_extractive_summary(
    summing_server: ServerProcess, model_endpoint: Endpoint, script: Script, outcome: str
) -> None:
    client = summing_server.log_in()
    session = summing_server.session().json()
    with customer_line(summing_server, session) as eva, agent_line(summing_server, client) as ada:
        for n, text in enumerate(SAID):
            eva.send("message", client_id=f"m{n}", text=text)
            eva.message_of("bot")
        model_endpoint.script = script
        eva.send("ask_human", client_id="person")
        eva.event("handoff", state="queued")
        ada.until(lambda _: True)
        deadline, pause = time.monotonic() + PATIENCE_S, Event()
        while not outcome_of(summing_server, outcome):
            assert time.monotonic() < deadline, summing_server.log()
            pause.wait(LOOK_S)
    packet = packet_of(client, session["conversation"])
    assert packet["worded_summary"] is None
    assert packet["summary"].startswith(f"Asked first: “{SAID[0]}”")
