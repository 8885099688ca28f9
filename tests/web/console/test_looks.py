"""The owner's look over HTTP: supervisors change it, the widget's page and its picture show it."""

import html
import json
import re

import httpx
import pytest

from tests.web.servers import HOST_PAGE, ServerProcess, customer_line

SITES = "/api/agent/sites"


def test_supervisor_changes_the_look_and_the_next_customer_sees_it(
    own_server: ServerProcess,
) -> None:
    sue = own_server.log_in("sue@shop.example")
    known = sue.get(SITES).json()
    (site,) = known["sites"]
    assert (site["key"], site["origins"]) == (own_server.key, [HOST_PAGE])
    assert {"de", "en", "ja", "ar"} <= set(known["languages"])
    assert "BY" in known["countries"]["DE"]
    assert known["server"] == own_server.url
    day = [{"start": "09:00", "end": "17:00"}]
    look = {
        **site["look"],
        "name": "Larkmere",
        "accent": "#7A1FA2",
        "suggestions": ["Where is my parcel?"],
        "words": {"de": {"greeting": "Hallo.", "suggestions": []}},
        "prechat": {"name": "off", "email": "optional"},
        "hours": {"zone": "Europe/Berlin", "week": {"1": day}, "country": "DE"},
        "hours_text": "on Mondays",
    }
    kept = sue.put(f"{SITES}/{site['id']}/look", json=look)
    assert kept.status_code == 200, kept.text
    assert kept.json()["look"]["accent"] == "#7a1fa2"
    page = httpx.get(f"{own_server.url}/widget/", params={"key": own_server.key}).text
    for shown in ('data-name="Larkmere"', 'data-accent="#7a1fa2"', 'data-hours="on Mondays"'):
        assert shown in page
    again = sue.put(f"{SITES}/{site['id']}/look", json=kept.json()["look"])
    assert again.json() == kept.json()  # what was read can be written back


def test_origins_are_changed_and_sites_added(own_server: ServerProcess) -> None:
    sue = own_server.log_in("sue@shop.example")
    added = sue.post(SITES, json={"name": "Blog", "origins": ["https://Blog.example/"]})
    assert (added.status_code, added.json()["origins"]) == (201, ["https://blog.example"])
    assert sue.post(SITES, json={"name": "Blog", "origins": []}).status_code == 422
    path = f"{SITES}/{added.json()['id']}/origins"
    assert sue.put(path, json={"origins": ["https://a.example/path"]}).status_code == 422
    moved = sue.put(path, json={"origins": ["https://a.example", "https://a.example"]})
    assert moved.json()["origins"] == ["https://a.example"]
    page = httpx.get(f"{own_server.url}/widget/", params={"key": added.json()["key"]})
    assert "frame-ancestors https://a.example" in page.headers["content-security-policy"]


@pytest.mark.parametrize(
    "change",
    [
        {"accent": "red"},
        {"languages": ["tlh"]},
        {"words": {"tlh": {"greeting": "nuqneH", "suggestions": []}}},
        {"hours": {"zone": "Mars/Olympus", "week": {}}},
        {"position": "middle"},
    ],
    ids=["colour", "language", "words", "zone", "position"],
)
def test_a_look_that_cannot_be_is_refused(server: ServerProcess, change: dict[str, object]) -> None:
    sue = server.log_in("sue@shop.example")
    (site,) = sue.get(SITES).json()["sites"]
    answer = sue.put(f"{SITES}/{site['id']}/look", json={**site["look"], **change})
    assert answer.status_code == 422
    assert answer.json()["error"]["message"]


def test_a_picture_is_for_supervisors_in_our_own_pages_and_starts_nothing(
    server: ServerProcess,
) -> None:
    sue = server.log_in("sue@shop.example")
    look = json.dumps({"name": '"><script>alert(1)</script>', "suggestions": ["One?"]})
    page = sue.get("/agent/picture", params={"look": look})
    assert page.status_code == 200
    assert "frame-ancestors 'self'" in page.headers["content-security-policy"]
    assert 'data-picture="yes"' in page.text
    assert "<script>alert" not in page.text
    assert html.unescape(re.search(r'data-suggestions="([^"]*)"', page.text)[1]) == '["One?"]'  # type: ignore[index]
    german = sue.get("/agent/picture", params={"look": look, "lang": "de"})
    assert '<html lang="de"' in german.text
    assert sue.get("/agent/picture", params={"look": "no"}).status_code == 422
    assert server.log_in().get("/agent/picture").status_code == 403
    assert httpx.get(f"{server.url}/agent/picture").status_code == 401


def test_questions_to_suggest_are_those_that_customers_of_the_site_ask(
    own_server: ServerProcess,
) -> None:
    sue = own_server.log_in("sue@shop.example")
    question = "You can return anything within 30 days?"
    for text in (question, "Use the label in the box of order 48213?"):
        with customer_line(own_server, own_server.session().json()) as customer:
            customer.send("message", client_id="m1", text=text)
            customer.message_of("bot")
    (site,) = sue.get(SITES).json()["sites"]
    asked = sue.get(f"{SITES}/{site['id']}/asked").json()["questions"]
    assert all("48213" not in one["question"] for one in asked)
    assert {one["question"] for one in asked} <= {question}
    assert sue.get(f"{SITES}/nowhere/asked").status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", SITES),
        ("POST", SITES),
        ("PUT", f"{SITES}/x/look"),
        ("PUT", f"{SITES}/x/origins"),
        ("GET", f"{SITES}/x/asked"),
        ("GET", "/api/agent/people"),
        ("POST", "/api/agent/people"),
        ("PUT", "/api/agent/people/x"),
        ("POST", "/api/agent/people/x/password"),
    ],
)
def test_agents_may_not_lead(server: ServerProcess, method: str, path: str) -> None:
    bodies = {
        f"{SITES}": {"name": "a", "origins": []},
        f"{SITES}/x/origins": {"origins": []},
        f"{SITES}/x/look": {},
        "/api/agent/people": {"email": "a@b.example", "name": "a"},
    }
    body = bodies.get(path, {}) if method != "GET" else None
    assert server.log_in().request(method, path, json=body).status_code == 403
    assert httpx.request(method, server.url + path, json=body).status_code == 401
