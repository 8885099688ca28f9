"""Two server processes on one PostgreSQL behave as one desk."""

from contextlib import ExitStack
from uuid import uuid4

import pytest

from tests.web.pairs import Pair, pair
from tests.web.servers import agent_line, customer_line

__all__ = ["pair"]

pytestmark = pytest.mark.postgres

QUESTION = "Can I return anything within 30 days of delivery?"
CUSTOMERS = 8


def test_customer_on_one_and_agent_on_the_other_hear_each_other(pair: Pair) -> None:
    a, b = pair
    session = a.session().json()
    named = {"conversation": session["conversation"]}
    with customer_line(a, session) as customer, agent_line(b, b.log_in()) as ada:
        customer.send("message", client_id="m1", text=QUESTION)
        assert "30 days" in customer.message_of("bot")["text"]
        customer.send("ask_human", client_id="h1")
        ada.until(lambda frame: frame["type"] == "row" and frame["stage"] == "waiting")
        ada.send("claim", **named, client_id="c1")
        ada.event("stage", stage="human", client_id="c1")
        assert customer.event("stage", stage="human")["agent"]["name"] == "Ada"
        ada.send("message", **named, client_id="a1", text="Hello from B.")
        assert customer.message_of("agent")["text"] == "Hello from B."
        customer.send("message", client_id="m2", text="Hello from A.")
        assert ada.event("message", client_id="m2")["text"] == "Hello from A."


def test_claims_at_two_servers_have_one_winner(pair: Pair) -> None:
    a, b = pair
    session = a.session().json()
    with (
        customer_line(a, session) as customer,
        agent_line(a, a.log_in()) as ada,
        agent_line(b, b.log_in("bob@shop.example")) as bob,
    ):
        customer.send("ask_human", client_id="h1")
        customer.event("stage", stage="waiting")
        for agent in (ada, bob):
            agent.send("claim", conversation=session["conversation"], client_id=str(uuid4()))
        ends = [
            agent.until(lambda frame: frame["type"] == "error" or frame.get("reason") == "claimed")
            for agent in (ada, bob)
        ]
        (lost,) = (end for end in ends if end["type"] == "error")
        (won,) = (end for end in ends if end["type"] == "event")
        assert lost["code"] == "taken"
        assert lost["agent"] == won["agent"]


def test_questions_of_a_killed_server_are_answered_by_the_other(pair: Pair) -> None:
    a, b = pair
    sessions = [a.session().json() for _ in range(CUSTOMERS)]
    with ExitStack() as lines:
        customers = [lines.enter_context(customer_line(a, session)) for session in sessions]
        for customer in customers:
            customer.send("message", client_id="m1", text=QUESTION)
        for customer in customers:
            customer.event("message", client_id="m1")
        a.kill()
    for session in sessions:
        with customer_line(b, session) as customer:
            assert customer.event("message", client_id="m1")["seq"] == 1
            assert "30 days" in customer.message_of("bot")["text"]
