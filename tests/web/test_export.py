"""`warmline export` and `warmline erase` on what a real server stored."""

import csv
import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from evals.cases import Case, read_cases
from tests.web.command_line import warmline
from tests.web.servers import ServerProcess, agent_line, customer_line

QUESTION = "Can I return anything within 30 days?"
WISH = "I want to talk to a human, please"
FORMULA = '=HYPERLINK("https://evil.example")'


@pytest.fixture(scope="module")
def talked(server: ServerProcess) -> dict[str, Any]:
    """A conversation in which an agent marked that the bot should have known."""
    session: dict[str, Any] = server.session().json()
    named = {"conversation": session["conversation"]}
    with customer_line(server, session) as customer, agent_line(server, server.log_in()) as agent:
        customer.send("message", client_id="m1", text=QUESTION)
        customer.message_of("bot")
        customer.send("ask_human", client_id="h1")
        customer.event("stage", stage="waiting")
        agent.send("claim", **named, client_id="c1")
        agent.event("stage", client_id="c1")
        customer.send("message", client_id="m2", text=FORMULA)
        customer.event("message", client_id="m2")
        customer.send("email_me", client_id="e1", email="Kim@shop.example", name="Kim")
        customer.event("profile", client_id="e1")
        agent.send("labels", **named, client_id="l1", tags=["bot-should-know"])
        agent.event("labels", client_id="l1")
    return session


def lines(server: ServerProcess, *args: str) -> list[dict[str, Any]]:
    """Export as JSON Lines."""
    done = warmline("export", *args, "--data", server.data)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def exported_cases(server: ServerProcess, folder: Path) -> list[Case]:
    """Export the marked and rated ones, and read them as `warmline eval` does."""
    file = folder / "cases.jsonl"
    done = warmline("export", "--eval-cases", "--out", file, "--data", server.data)
    assert done.returncode == 0, done.stderr
    return list(read_cases(file))


def chat_with_marks(server: ServerProcess, marks: list[str], *said: str) -> None:
    """A customer writes, and an agent marks the chat once the bot has met the last message."""
    session = server.session().json()
    ada = server.log_in()
    with customer_line(server, session) as customer, agent_line(server, ada) as agent:
        for n, text in enumerate(said):
            customer.send("message", client_id=f"m{n}", text=text)
            customer.message_of("bot")
        agent.send("labels", conversation=session["conversation"], client_id="l1", tags=marks)
        agent.event("labels", client_id="l1")


def test_events_are_exported_in_order_and_within_their_time(
    server: ServerProcess, talked: dict[str, Any]
) -> None:
    events = [e for e in lines(server) if e["conversation"] == talked["conversation"]]
    assert [e["seq"] for e in events] == list(range(1, len(events) + 1))
    assert events[0]["text"] == QUESTION
    assert lines(server, "events", "--to", "2020-01-01") == []
    assert lines(server, "events", "--from", "2020-01-01") == lines(server)


def test_table_holds_no_formula_that_a_spreadsheet_would_run(
    server: ServerProcess, talked: dict[str, Any]
) -> None:
    del talked
    done = warmline("export", "--format", "csv", "--data", server.data)
    rows = list(csv.DictReader(io.StringIO(done.stdout.decode(), newline="")))
    said = [row["text"] for row in rows if row["kind"] == "message"]
    assert "'" + FORMULA in said
    assert FORMULA not in said


def test_conversations_name_no_visitor(server: ServerProcess, talked: dict[str, Any]) -> None:
    (found,) = (c for c in lines(server, "conversations") if c["id"] == talked["conversation"])
    assert found["profile"]["email"] == "Kim@shop.example"
    assert "visitor_hash" not in found


def test_measures_are_those_that_the_events_tell(
    server: ServerProcess, talked: dict[str, Any]
) -> None:
    named = talked["conversation"]
    events = [e for e in lines(server) if e["conversation"] == named]
    at = {e["seq"]: datetime.fromisoformat(e["at"]) for e in events}
    replied = next(e["seq"] for e in events if e["from"]["role"] == "bot")
    queued, claimed = (
        next(e["seq"] for e in events if e["kind"] == "stage" and e["stage"] == stage)
        for stage in ("waiting", "human")
    )
    (measured,) = (m for m in lines(server, "measures") if m["conversation"] == named)
    assert measured["first_response_s"] == (at[replied] - at[1]).total_seconds()
    assert measured["waiting_s"] == (at[claimed] - at[queued]).total_seconds()
    assert (measured["reasons"], measured["agent"]) == (["direct_request"], "Ada")
    (totals,) = lines(server, "totals")
    assert totals["episodes"] == len(lines(server, "measures"))
    assert lines(server, "measures", "--to", "2020-01-01") == []


@pytest.mark.parametrize("what", ["measures", "totals"])
def test_measures_are_a_table_with_a_column_for_each_figure(
    server: ServerProcess, talked: dict[str, Any], what: str
) -> None:
    del talked
    done = warmline("export", what, "--format", "csv", "--data", server.data)
    rows = list(csv.DictReader(io.StringIO(done.stdout.decode(), newline="")))
    records = lines(server, what)
    assert [set(row) for row in rows] == [set(record) for record in records]
    column = "first_response_s" if what == "measures" else "first_response_median_s"
    assert [float(row[column]) for row in rows] == [record[column] for record in records]


def test_marked_chats_become_cases_that_eval_reads(
    server: ServerProcess, talked: dict[str, Any], tmp_path: Path
) -> None:
    del talked
    (case,) = exported_cases(server, tmp_path)
    assert (case.question, case.answerable, case.tags) == (QUESTION, True, ("bot-should-know",))


def test_a_case_says_which_language_the_customer_spoke(
    own_server: ServerProcess, tmp_path: Path
) -> None:
    question = "Wie kann ich meine Lampe zurückgeben?"
    chat_with_marks(own_server, ["bot-should-know"], question)
    (case,) = exported_cases(own_server, tmp_path)
    assert (case.question, case.lang) == (question, "de")


@pytest.mark.parametrize(
    ("marks", "question"),
    [(["bot-should-know"], QUESTION), (["wrong-escalation"], WISH)],
    ids=["known", "wrong"],
)
def test_what_the_bot_should_have_known_is_not_the_wish_for_a_person(
    own_server: ServerProcess, tmp_path: Path, marks: list[str], question: str
) -> None:
    chat_with_marks(own_server, marks, QUESTION, WISH)
    (case,) = exported_cases(own_server, tmp_path)
    assert case.question == question


@pytest.mark.parametrize(
    "args",
    [
        ("export", "everything"),
        ("export", "--format", "xml"),
        ("export", "--from", "soon"),
        ("erase",),
    ],
    ids=" ".join,
)
def test_wrong_usage_exits_with_2(args: tuple[str, ...], tmp_path: Path) -> None:
    assert warmline(*args, "--data", tmp_path / "data").returncode == 2


@pytest.mark.parametrize("by", ["--email", "--visitor", "--conversation"])
def test_erased_customer_leaves_numbers_only(own_server: ServerProcess, by: str) -> None:
    session = own_server.session().json()
    who = {
        "--email": "KIM@shop.example",
        "--visitor": session["visitor"],
        "--conversation": session["conversation"],
    }[by]
    with customer_line(own_server, session) as customer:
        customer.send("message", client_id="m1", text=QUESTION)
        customer.message_of("bot")
        customer.send("email_me", client_id="e1", email="kim@shop.example", name="Kim")
        customer.event("profile", client_id="e1")
    done = warmline("erase", by, who, "--json", "--data", own_server.data)
    assert done.returncode == 0, done.stderr
    (report,) = json.loads(done.stdout)
    assert (report["conversation"], report["profile"]) == (session["conversation"], True)
    assert report["events"] >= 3
    kept = warmline("export", "--data", own_server.data).stdout.decode()
    assert QUESTION not in kept
    assert "kim@" not in kept.lower()
    again = warmline("erase", by, "nobody", "--data", own_server.data)
    assert again.returncode == 1
