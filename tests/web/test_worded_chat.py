"""A chat with a language model behind it: a real server, a real endpoint, sentences as they are proved."""

from collections.abc import Iterator

import httpx
import pytest

from tests.scripted_model import Endpoint, Script, endpoint, faithful
from tests.web.servers import ServerProcess, open_line

QUESTION = "Can I return anything within 30 days?"


@pytest.fixture
def model_endpoint() -> Iterator[Endpoint]:
    with endpoint(Script(faithful)) as served:
        yield served


@pytest.fixture
def worded_server(stopped_server: ServerProcess, model_endpoint: Endpoint) -> ServerProcess:
    stopped_server.environ = {
        **model_endpoint.settings,
        "WARMLINE_LANGUAGE_MODEL_KEY": "sk-very-secret",
    }
    stopped_server.start()
    return stopped_server


def test_proved_sentences_stream_and_the_stored_answer_is_the_last_of_them(
    worded_server: ServerProcess,
) -> None:
    session = worded_server.session().json()
    with open_line(worded_server, "/ws/widget") as line:
        line.send("hello", token=session["token"], after=0)
        line.send("message", client_id="one", text=QUESTION)
        message = line.message_of("bot")
    partials = [frame["text"] for frame in line.seen if frame["type"] == "partial"]
    assert partials
    assert partials[-1] == message["text"]
    assert "You can return anything within 30 days" in message["text"]
    cited = [s["citation"] for s in message["sentences"] if s["citation"] is not None]
    assert cited
    assert "You can return anything within 30 days." in message["citations"][cited[0]]["quote"]
    figures = httpx.get(f"{worded_server.url}/metrics").text
    assert 'warmline_model_answers_total{outcome="shown"} 1.0' in figures
    assert "sk-very-secret" not in figures + worded_server.log()


def test_a_model_that_fails_costs_the_customer_nothing_but_its_words(
    worded_server: ServerProcess, model_endpoint: Endpoint
) -> None:
    model_endpoint.script = Script(status=500)
    session = worded_server.session().json()
    with open_line(worded_server, "/ws/widget") as line:
        line.send("hello", token=session["token"], after=0)
        line.send("message", client_id="one", text=QUESTION)
        message = line.message_of("bot")
    assert message["citations"][0]["article"] == "returns.md"
    assert not [frame for frame in line.seen if frame["type"] == "partial"]
