"""The rules in force are told with what each means, and a wrong file stops the start."""

from pathlib import Path

import httpx
import jsonschema
import pytest

from bot.errors import RulesInvalid
from handoff.errors import RulesUnusable
from tests.web.command_line import warmline
from tests.web.servers import ServerProcess, agent_line, customer_line
from web.rulebook import load_all


def test_every_rule_has_a_value_and_a_meaning() -> None:
    lines = load_all("", "", "").lines()
    names = {line.name for line in lines}
    assert {"person.direct_wish", "queue.offer_time_s", "hours.friday"} <= names
    assert all(len(line.meaning) > 20 and not line.changed for line in lines)
    assert "honoured at once" in next(li for li in lines if li.name == "person.direct_wish").meaning


def test_what_the_owner_changed_is_marked(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text("[person]\noffer_after_failures = 3\n", encoding="utf-8")
    changed = [line for line in load_all(str(file), "", "").lines() if line.changed]
    assert [(line.name, line.value) for line in changed] == [("person.offer_after_failures", 3)]


@pytest.mark.parametrize("which", range(3), ids=["bot", "matters", "desk"])
def test_a_file_that_is_not_there_is_named(which: int) -> None:
    paths = ["", "", ""]
    paths[which] = "/nowhere/rules.toml"
    with pytest.raises((RulesInvalid, RulesUnusable), match=r"/nowhere/rules\.toml"):
        load_all(*paths)


def test_a_server_with_a_wrong_rule_does_not_start(tmp_path: Path) -> None:
    file = tmp_path / "desk.toml"
    file.write_text('[hours]\nzone = "Mars"\n', encoding="utf-8")
    done = warmline("serve", "--data", tmp_path / "data", stdin=b"", WARMLINE_DESK=str(file))
    assert done.returncode == 1
    assert b"hours.zone" in done.stderr


def test_the_rules_are_shown_to_whoever_is_signed_in(server: ServerProcess) -> None:
    assert httpx.get(f"{server.url}/api/rules").status_code == 401
    shown = server.log_in().get("/api/rules").json()
    assert {rule["name"] for rule in shown["rules"]} >= {"person.direct_wish", "queue.capacity"}
    assert shown["matters"][0]["priority"] == 2


def test_a_packet_is_as_the_published_schema_says(server: ServerProcess) -> None:
    schema = httpx.get(f"{server.url}/api/schemas/packet").json()
    session, client = server.session().json(), server.log_in()
    with customer_line(server, session) as customer, agent_line(server, client):
        customer.send("message", client_id="m1", text="Can I return anything within 30 days?")
        customer.message_of("bot")
        customer.send("ask_human", client_id="h1")
        customer.event("stage", stage="waiting")
    packet = client.get(f"/api/agent/conversations/{session['conversation']}/packet").json()
    jsonschema.Draft202012Validator(schema).validate(packet)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate({**packet, "figures": "high"})
