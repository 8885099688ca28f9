"""From a customer's question to a rating, over real sockets."""

from tests.web.servers import ServerProcess, agent_line, customer_line


def test_question_answer_person_reply_rating(server: ServerProcess) -> None:
    session = server.session(locale="en", page="https://shop.example/cart").json()
    ada = server.log_in()
    with customer_line(server, session) as customer, agent_line(server, ada) as agent:
        customer.send("message", client_id="m1", text="Can I return my order within 30 days?")
        asked = customer.event("message", client_id="m1")
        assert asked["from"] == {"role": "customer"}
        assert (asked["seq"], asked["episode"]) == (1, 1)
        answer = customer.message_of("bot")
        assert answer["text"]

        customer.send("ask_human", client_id="h1")
        assert customer.event("handoff", client_id="h1")["state"] in {"requested", "queued"}
        customer.event("stage", stage="waiting")
        conversation = session["conversation"]
        row = agent.until(lambda f: f["type"] == "row" and f["stage"] == "waiting")
        assert row["conversation"] == conversation

        agent.send("open", conversation=conversation, after=0)
        assert agent.event("message", client_id="m1")["conversation"] == conversation
        agent.send("claim", conversation=conversation, client_id="c1")
        agent.event("stage", stage="human", client_id="c1")
        assert customer.event("stage", stage="human")["agent"]["name"] == "Ada"
        packet = ada.get(f"/api/agent/conversations/{conversation}/packet").json()
        assert "30 days" in packet["transcript"][0]["text"]

        agent.send("typing", conversation=conversation, on=True)
        assert customer.frame("typing")["from"]["name"] == "Ada"
        agent.send("message", conversation=conversation, client_id="r1", text="Yes, you can.")
        assert customer.message_of("agent")["text"] == "Yes, you can."
        agent.send("note", conversation=conversation, client_id="n1", text="nice customer")
        agent.event("note", client_id="n1")
        agent.send("close", conversation=conversation, client_id="x1", resolution="solved")
        customer.event("stage", stage="closed")
        survey = customer.until(lambda f: f["type"] == "event" and f["kind"] == "survey")
        customer.send("rate", client_id="s1", survey=survey["survey"], score=5, comment="Thanks")
        assert customer.event("survey", client_id="s1")["score"] == 5
        assert not [f for f in customer.seen if f.get("kind") == "note"]
        agent.frame("row_gone")
