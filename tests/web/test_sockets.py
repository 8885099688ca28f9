"""The rules of both sockets: who may come in, what may be said, how it ends."""

import threading

import jwt
import pytest

from tests.web.servers import (
    HOST_PAGE,
    Frame,
    Line,
    ServerProcess,
    agent_line,
    customer_line,
    open_line,
)


@pytest.mark.parametrize("path", ["/ws/widget", "/ws/agent"])
@pytest.mark.parametrize(
    "origin", ["https://evil.example", HOST_PAGE, "null", None], ids=lambda o: str(o)
)
def test_foreign_origin_is_closed_with_4403(
    server: ServerProcess, path: str, origin: str | None
) -> None:
    with open_line(server, path, origin=origin) as line:
        assert line.closed() == 4403


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("nonsense", 4400),
        ("[]", 4400),
        ("{}", 4400),
        ('{"type":"message","client_id":"a","text":"hello first"}', 4400),
        ('{"type":"hello","token":"t","after":-1}', 4400),
        ('{"type":"hello","token":"t","after":0,"more":1}', 4400),
        ('{"type":"hello","token":"forged","after":0}', 4401),
        (b"\x00\x01", 4400),
    ],
    ids=["text", "list", "empty", "no hello", "negative", "unknown field", "forged", "binary"],
)
def test_first_frame_must_be_a_good_hello(
    server: ServerProcess, text: str | bytes, code: int
) -> None:
    with open_line(server, "/ws/widget") as line:
        line.send_text(text)
        assert line.closed() == code


def test_silence_instead_of_hello_is_closed_with_4408(
    stopped_server: ServerProcess,
) -> None:
    stopped_server.environ["WARMLINE_HELLO_TIMEOUT_S"] = "0.2"
    stopped_server.start()
    with open_line(stopped_server, "/ws/widget") as line:
        assert line.closed() == 4408


@pytest.mark.parametrize(
    "text",
    [
        '{"type":"message","text":"no client_id"}',
        '{"type":"message","client_id":"a"}',
        '{"type":"message","client_id":"","text":"x"}',
        '{"type":"message","client_id":"a","text":5}',
        '{"type":"message","client_id":"a","text":"x","extra":1}',
        '{"type":"rate","client_id":"a","survey":"s","score":99}',
        '{"type":"feedback","client_id":"a","seq":"1","helpful":true}',
        '{"type":"claim","client_id":"a","conversation":"c"}',
        '{"type":"seen","seq":1e400}',
        "[" * 50_000,
    ],
    ids=lambda text: text[:60],
)
def test_bad_frame_is_closed_with_4400(server: ServerProcess, text: str) -> None:
    with customer_line(server, server.session().json()) as line:
        line.send_text(text)
        assert line.closed() == 4400


def test_agent_socket_needs_a_session(server: ServerProcess) -> None:
    with open_line(server, "/ws/agent", cookie="warmline_session=guessed") as line:
        line.send("hello")
        assert line.closed() == 4401


def test_nothing_is_stored_before_the_first_message(server: ServerProcess) -> None:
    session = server.session().json()
    again = server.session(visitor=session["visitor"]).json()
    assert again["conversation"] == session["conversation"]
    ada = server.log_in()
    path = f"/api/agent/conversations/{session['conversation']}"
    with customer_line(server, session) as line:
        welcome = line.seen[0]
        assert (welcome["stage"], welcome["seq"]) == ("bot", 0)
        line.send("typing", on=True)
        line.send("seen", seq=0)
        line.send("ping")
        line.frame("pong")
        assert ada.get(path).status_code == 404


def test_repeat_gives_the_same_event_and_changes_nothing(server: ServerProcess) -> None:
    session = server.session().json()
    with customer_line(server, session) as line:
        line.send("message", client_id="m1", text="When will my parcel arrive?")
        first = line.event("message", client_id="m1")
        line.message_of("bot")
        line.send("message", client_id="m1", text="When will my parcel arrive?")
        assert line.event("message", client_id="m1") == first
        line.send("ping")
        line.frame("pong")
    with customer_line(server, session) as line:
        line.message_of("bot")
        line.send("ping")
        line.frame("pong")
        own = [f for f in line.seen if f.get("client_id") == "m1"]
        assert own == [first]


def test_resume_misses_nothing_and_repeats_nothing(server: ServerProcess) -> None:
    session = server.session().json()
    with customer_line(server, session) as line:
        for n in range(3):
            line.send("message", client_id=f"m{n}", text=f"Where are my invoices? {n}")
            line.message_of("bot")
        everything = events(line)
    for cut in (frame["seq"] for frame in everything):
        with customer_line(server, session, after=cut) as line:
            rest = [frame for frame in everything if frame["seq"] > cut]
            while len(events(line)) < len(rest):
                line.frame("event")
            line.send("ping")
            line.frame("pong")
            assert events(line) == rest
            assert line.seen[0]["seq"] == everything[-1]["seq"]


def test_another_visitor_sees_nothing(server: ServerProcess) -> None:
    with customer_line(server, server.session().json()) as line:
        line.send("message", client_id="m1", text="My secret order number is 4711")
        line.message_of("bot")
    other = server.session().json()
    with customer_line(server, other) as line:
        assert line.seen[0]["seq"] == 0


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ({"type": "message", "text": "  "}, "bad_value"),
        ({"type": "message", "text": "x" * 10_000}, "bad_value"),
        ({"type": "close"}, "unknown_conversation"),
        ({"type": "choose", "value": "nothing"}, "unknown_conversation"),
        ({"type": "rate", "survey": "none", "score": 5}, "unknown_conversation"),
    ],
    ids=lambda value: str(value)[:50],
)
def test_impossible_command_is_answered_by_an_error(
    server: ServerProcess, frame: Frame, code: str
) -> None:
    with customer_line(server, server.session().json()) as line:
        line.send(frame["type"], client_id="e1", **without_type(frame))
        error = line.frame("error")
        assert (error["code"], error["client_id"]) == (code, "e1")


def test_flood_is_answered_by_retry_after(stopped_server: ServerProcess) -> None:
    stopped_server.environ |= {
        "WARMLINE_COMMANDS_BURST": "3",
        "WARMLINE_COMMANDS_PER_MINUTE": "1",
    }
    stopped_server.start()
    with customer_line(stopped_server, stopped_server.session().json()) as line:
        for n in range(4):
            line.send("message", client_id=f"m{n}", text="hello")
        error = line.frame("error")
        assert (error["code"], error["client_id"]) == ("too_many", "m3")
        assert error["retry_after_s"] > 0


def test_of_two_agents_exactly_one_gets_the_chat(server: ServerProcess) -> None:
    session = server.session().json()
    conversation = session["conversation"]
    ada, bob = server.log_in(), server.log_in("bob@shop.example")
    with (
        customer_line(server, session) as customer,
        agent_line(server, ada) as first,
        agent_line(server, bob) as second,
    ):
        customer.send("ask_human", client_id="h1")
        customer.event("stage", stage="waiting")
        barrier = threading.Barrier(2)
        answers: dict[str, Frame] = {}

        def claim(name: str, line: Line) -> None:
            barrier.wait()
            line.send("claim", conversation=conversation, client_id=f"claim-{name}")
            answers[name] = line.until(lambda f: f.get("client_id") == f"claim-{name}")

        threads = [
            threading.Thread(target=claim, args=pair) for pair in (("ada", first), ("bob", second))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        won = [name for name, answer in answers.items() if answer["type"] == "event"]
        assert len(won) == 1
        (lost,) = [answer for answer in answers.values() if answer["type"] == "error"]
        assert lost["code"] == "taken"
        assert lost["agent"]["name"].lower() == won[0]
        customer.event("stage", stage="human")


def test_bot_is_silent_after_an_agent_took_over(server: ServerProcess) -> None:
    session = server.session().json()
    ada = server.log_in()
    with customer_line(server, session) as customer, agent_line(server, ada) as agent:
        customer.send("ask_human", client_id="h1")
        customer.event("stage", stage="waiting")
        agent.send("claim", conversation=session["conversation"], client_id="c1")
        claimed = customer.event("stage", stage="human")
        customer.send("message", client_id="m1", text="How long do returns take?")
        agent.event("message", client_id="m1")
        agent.send(
            "message", conversation=session["conversation"], client_id="a1", text="Thirty days."
        )
        customer.message_of("agent")
        later = [frame for frame in events(customer) if frame["seq"] > claimed["seq"]]
        assert not [frame for frame in later if frame["from"]["role"] == "bot"]


def test_restart_closes_with_1012(own_server: ServerProcess) -> None:
    with customer_line(own_server, own_server.session().json()) as line:
        assert own_server.stop() == 0
        assert line.closed() == 1012


def test_forged_identity_is_refused(server: ServerProcess) -> None:
    forged = jwt.encode({"sub": "customer-1", "exp": 4_000_000_000}, "x" * 32, "HS256")
    refused = server.session(identity=forged)
    assert refused.status_code == 401
    assert set(refused.json()["error"]) >= {"code", "message", "reference"}


def events(line: Line) -> list[Frame]:
    """The events that a line has seen."""
    return [frame for frame in line.seen if frame["type"] == "event"]


def without_type(frame: Frame) -> Frame:
    """A frame's fields."""
    return {name: value for name, value in frame.items() if name != "type"}
