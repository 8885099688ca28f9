"""What the answer engine suggests to the agent who has the chat."""

import httpx

from bot.dialogue import Dialogue, Speaker, Turn
from tests.web.servers import ServerProcess, agent_line, customer_line
from web.console.suggesting import asked_in

QUESTION = "Can I return anything within 30 days?"


def said(*turns: tuple[Speaker, str]) -> Dialogue:
    """Make a dialogue."""
    return Dialogue(tuple(Turn(speaker, text) for speaker, text in turns))


def test_open_question_is_suggested_an_answer_and_nothing_is_sent(
    server: ServerProcess,
) -> None:
    session = server.session().json()
    conversation = session["conversation"]
    path = f"/api/agent/conversations/{conversation}/suggestions"
    ada = server.log_in()
    with customer_line(server, session) as customer, agent_line(server, ada) as agent:
        customer.send("message", client_id="m1", text=QUESTION)
        customer.message_of("bot")
        customer.send("ask_human", client_id="h1")
        customer.event("stage", stage="waiting")
        agent.send("claim", conversation=conversation, client_id="c1")
        seq = agent.event("stage", stage="human", client_id="c1")["seq"]
        (first, *_) = ada.get(path).json()["suggestions"]
        assert "30 days" in first["text"]
        assert 0 <= first["confidence"] <= 1
        cited = first["citations"][0]
        assert cited["article"] == "returns.md"
        page = httpx.get(server.url + cited["source"])
        assert (page.status_code, "Returns" in page.text) == (200, True)
        facts = ada.get(f"/api/agent/conversations/{conversation}").json()
        assert facts["seq"] == seq
        agent.send("message", conversation=conversation, client_id="a1", text="Yes, you can.")
        agent.event("message", client_id="a1")
        assert ada.get(path).json() == {"suggestions": []}  # nothing is asked any more


def test_suggestions_need_a_log_in_and_a_conversation(server: ServerProcess) -> None:
    path = "/api/agent/conversations/nowhere/suggestions"
    assert httpx.get(server.url + path).status_code == 401
    assert server.log_in().get(path).status_code == 404


def test_only_what_nobody_has_replied_to_is_asked() -> None:
    dialogue = said(
        (Speaker.CUSTOMER, "one"),
        (Speaker.AGENT, "done"),
        (Speaker.CUSTOMER, "two"),
        (Speaker.CUSTOMER, "three"),
    )
    assert [asked.question for asked in asked_in(dialogue)] == ["three", "three", "two", "two"]
    assert [len(asked.turns) for asked in asked_in(dialogue)] == [4, 1, 3, 1]
