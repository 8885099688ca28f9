"""Saved replies: agents read them, supervisors write them."""

import httpx
import pytest

from tests.web.servers import ServerProcess

PATH = "/api/agent/saved-replies"


def test_supervisor_adds_changes_and_deletes_what_agents_read(own_server: ServerProcess) -> None:
    sue, ada = own_server.log_in("sue@shop.example"), own_server.log_in()
    assert ada.get(PATH).json() == {"replies": []}
    greeting = {"name": "/hello", "text": "Hello {customer_name}, {agent_name} here."}
    added = sue.post(PATH, json=greeting)
    assert (added.status_code, added.json()["name"]) == (201, "hello")
    assert ada.get(PATH).json()["replies"] == [{**greeting, "name": "hello"}]
    assert sue.post(PATH, json=greeting).status_code == 422  # the name is taken
    misspelt = sue.put(f"{PATH}/hello", json={"text": "Hello {costumer_name}."})
    assert misspelt.status_code == 422
    assert "{costumer_name} is no variable" in misspelt.json()["error"]["message"]
    changed = sue.put(f"{PATH}/hello", json={"text": "Hi."})
    assert changed.json() == {"name": "hello", "text": "Hi."}
    assert sue.put(f"{PATH}/nothing", json={"text": "Hi."}).status_code == 404
    slashed = {"name": "refund/late", "text": "It is on its way."}
    assert sue.post(PATH, json=slashed).status_code == 201
    assert sue.delete(f"{PATH}/refund/late").status_code == 204
    assert [each["name"] for each in ada.get(PATH).json()["replies"]] == ["hello"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", PATH, {"name": "a", "text": "b"}),
        ("PUT", f"{PATH}/a", {"text": "b"}),
        ("DELETE", f"{PATH}/a", None),
    ],
    ids=["add", "change", "delete"],
)
def test_agent_may_not_write_saved_replies(
    server: ServerProcess, method: str, path: str, body: dict[str, str] | None
) -> None:
    answer = server.log_in().request(method, path, json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_allowed")
    assert httpx.request(method, server.url + path, json=body).status_code == 401


def test_another_sites_page_may_not_write_saved_replies(server: ServerProcess) -> None:
    answer = server.log_in("sue@shop.example").post(
        PATH, json={"name": "a", "text": "b"}, headers={"origin": "https://evil.example"}
    )
    assert answer.status_code == 403
