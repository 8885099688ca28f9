"""Supervisors look after the people who work here."""

import httpx

from tests.web.servers import ServerProcess, agent_line

PEOPLE = "/api/agent/people"


def person(client: httpx.Client, name: str) -> dict[str, object]:
    """One of the people as the list shows them."""
    people = client.get(PEOPLE).json()["people"]
    return next(one for one in people if one["name"] == name)


def test_a_new_person_logs_in_with_the_password_shown_once(own_server: ServerProcess) -> None:
    sue = own_server.log_in("sue@shop.example")
    given = {"email": "Kai@shop.example", "name": "Kai", "skills": [" billing ", "billing"]}
    welcomed = sue.post(PEOPLE, json=given)
    assert welcomed.status_code == 201, welcomed.text
    kai = own_server.log_in("kai@shop.example", welcomed.json()["password"])
    me = kai.get("/api/me").json()
    assert (me["must_change_password"], me["skills"], me["role"]) == (True, ["billing"], "agent")
    assert "password" not in sue.get(PEOPLE).text.replace("must_change_password", "")
    assert sue.post(PEOPLE, json=given).status_code == 422  # the address is taken


def test_who_is_shut_out_is_gone_at_once_and_may_be_let_in_again(
    own_server: ServerProcess,
) -> None:
    sue, ada = own_server.log_in("sue@shop.example"), own_server.log_in()
    path = f"{PEOPLE}/{person(sue, 'Ada')['id']}"
    with agent_line(own_server, ada) as line:
        assert sue.put(path, json={"disabled": True}).json()["disabled"] is True
        assert line.closed() == 4401
    assert ada.get("/api/me").status_code == 401
    assert sue.put(path, json={"disabled": False, "capacity": 2}).json()["capacity"] == 2
    assert own_server.log_in().get("/api/me").json()["places"] == 2


def test_a_new_password_ends_all_sessions(own_server: ServerProcess) -> None:
    sue, ada = own_server.log_in("sue@shop.example"), own_server.log_in()
    password = sue.post(f"{PEOPLE}/{person(sue, 'Ada')['id']}/password").json()["password"]
    assert ada.get("/api/me").status_code == 401
    assert own_server.log_in(password=password).get("/api/me").json()["must_change_password"]


def test_nobody_rises_above_their_own_rank_or_shuts_themselves_out(
    own_server: ServerProcess,
) -> None:
    sue = own_server.log_in("sue@shop.example")
    own = f"{PEOPLE}/{person(sue, 'Sue')['id']}"
    ada = f"{PEOPLE}/{person(sue, 'Ada')['id']}"
    assert sue.put(own, json={"disabled": True}).status_code == 422
    assert sue.put(own, json={"role": "agent"}).status_code == 422
    assert sue.put(own, json={"name": "Susan"}).json()["name"] == "Susan"
    assert sue.put(ada, json={"role": "admin"}).status_code == 403
    new = {"email": "boss@shop.example", "name": "Boss", "role": "admin"}
    assert sue.post(PEOPLE, json=new).status_code == 403
    assert sue.put(ada, json={"role": "editor"}).json()["role"] == "editor"
    assert sue.put(f"{PEOPLE}/nobody", json={"name": "x"}).status_code == 404
