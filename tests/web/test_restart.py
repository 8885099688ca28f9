"""What a killed server leaves behind, the next one finds and finishes."""

import pytest

from tests.web.servers import ServerProcess, agent_line, customer_line


def test_acknowledged_message_survives_kill_and_is_answered(own_server: ServerProcess) -> None:
    session = own_server.session().json()
    with customer_line(own_server, session) as line:
        line.send("message", client_id="m1", text="Can I return my order within 30 days?")
        line.message_of("bot")
        line.send("message", client_id="m2", text="And how long is delivery to Norway?")
        acknowledged = line.event("message", client_id="m2")
        own_server.kill()
        before = [frame for frame in line.seen if frame["type"] == "event"]
    own_server.start()
    with customer_line(own_server, session) as line:
        answer = line.message_of("bot")
        while answer["seq"] <= acknowledged["seq"]:  # the first question's
            answer = line.message_of("bot")
        after = [frame for frame in line.seen if frame["type"] == "event"]
    assert after[: len(before)] == before


def test_claimed_chat_is_still_the_agents_after_a_kill(own_server: ServerProcess) -> None:
    session = own_server.session().json()
    conversation = session["conversation"]
    ada = own_server.log_in()
    with customer_line(own_server, session) as customer, agent_line(own_server, ada) as agent:
        customer.send("ask_human", client_id="h1")
        customer.event("stage", stage="waiting")
        agent.send("claim", conversation=conversation, client_id="c1")
        agent.event("stage", stage="human", client_id="c1")
        own_server.kill()
    own_server.start()
    with (
        customer_line(own_server, session) as customer,
        agent_line(own_server, ada, open=[{"conversation": conversation, "after": 0}]) as agent,
    ):
        assert customer.seen[0]["stage"] == "human"
        assert customer.seen[0]["agent"]["name"] == "Ada"
        agent.send("message", conversation=conversation, client_id="a1", text="Still here.")
        assert customer.message_of("agent")["text"] == "Still here."


def test_second_server_on_one_folder_is_refused(own_server: ServerProcess) -> None:
    second = ServerProcess(own_server.data, own_server.key)
    with pytest.raises(AssertionError, match="Another server uses the folder"):
        second.start()
    assert second.stop() == 1
