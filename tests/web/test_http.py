"""Log-in, sessions and pages over HTTP."""

import html
import json
import re
from datetime import UTC, datetime, time

import httpx
import jwt
import pytest

from handoff.database import open_database
from handoff.hours import BusinessHours, Opening
from handoff.look import Ask, FirstWords, Look, Position, PreChat
from handoff.sites import Sites
from tests.web.servers import HOST_PAGE, PASSWORD, ServerProcess, customer_line
from web.settings import Settings
from web.tokens import Tokens, server_secret
from web.widget.look import look_with


def test_health_and_readiness(server: ServerProcess) -> None:
    assert httpx.get(f"{server.url}/healthz").json() == {"status": "ok"}
    ready = httpx.get(f"{server.url}/readyz")
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")
    assert "warmline_answer_seconds" in httpx.get(f"{server.url}/metrics").text


def test_widget_page_may_be_framed_by_the_sites_origins_only(server: ServerProcess) -> None:
    page = httpx.get(f"{server.url}/widget/", params={"key": server.key})
    policy = page.headers["content-security-policy"]
    assert f"frame-ancestors {HOST_PAGE}" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", page.text)
    assert httpx.get(f"{server.url}/widget/", params={"key": "wrong"}).status_code == 404


def test_other_pages_may_not_be_framed(server: ServerProcess) -> None:
    policy = httpx.get(f"{server.url}/agent/").headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_assets_may_be_kept_for_ever_under_their_hash_only(server: ServerProcess) -> None:
    page = httpx.get(f"{server.url}/agent/").text
    found = re.search(r'href="(/assets/(\w+)/static/tokens\.css)"', page)
    assert found
    right = httpx.get(server.url + found[1])
    assert "immutable" in right.headers["cache-control"]
    stale = httpx.get(server.url + found[1].replace(found[2], "0" * 16))
    assert (stale.status_code, stale.headers["cache-control"]) == (200, "no-cache")


@pytest.mark.parametrize("origin", ["https://evil.example", HOST_PAGE, "null", None], ids=str)
def test_session_needs_our_own_origin(server: ServerProcess, origin: str | None) -> None:
    answer = httpx.post(
        f"{server.url}/api/widget/sessions",
        json={"key": server.key},
        headers={"origin": origin} if origin else {},
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_allowed")


def test_session_has_what_was_promised(server: ServerProcess) -> None:
    answer = server.session()
    assert set(answer.json()) == {"token", "visitor", "conversation", "expires_at"}
    assert len(answer.json()["visitor"]) >= 22  # 128 bits
    assert server.session(key="wrong").status_code == 404
    assert server.session(visitor="short").json()["visitor"] != "short"


def test_signed_identity_gives_the_same_conversation_on_every_device(
    server: ServerProcess,
) -> None:
    tokens = Tokens(server_secret(server.data))
    listed = {}
    for device in ("phone", "laptop"):
        session = server.session(identity=identity(server, tokens)).json()
        listed[device] = session["conversation"]
    assert listed["phone"] == listed["laptop"]
    forged = jwt.encode({"sub": "customer-1", "exp": 4_000_000_000}, "x" * 32, "HS256")
    assert server.session(identity=forged).status_code == 401


def identity(server: ServerProcess, tokens: Tokens) -> str:
    """Sign an identity as the host site would."""
    from handoff.database import open_database
    from handoff.sites import Sites

    engine = open_database(f"sqlite:///{server.data / 'warmline.db'}")
    site = Sites(engine).by_key(server.key)
    engine.dispose()
    assert site is not None
    claims = {"sub": "customer-1", "exp": 4_000_000_000, "name": "Kim"}
    return jwt.encode(claims, tokens.site_secret(site.id), "HS256")


def test_log_in_sets_a_strict_cookie_and_log_out_ends_it(server: ServerProcess) -> None:
    client = server.log_in()
    assert client.get("/api/agent/me").json()["email"] == "ada@shop.example"
    cookie = client.post(
        "/api/login", json={"email": "ADA@shop.example", "password": PASSWORD}
    ).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    kept = dict(client.cookies)
    assert client.post("/api/logout").status_code == 204
    assert httpx.get(f"{server.url}/api/agent/me", cookies=kept).status_code == 401


def test_wrong_passwords_have_to_wait(own_server: ServerProcess) -> None:
    def attempt(email: str) -> httpx.Response:
        body = {"email": email, "password": "wrong password"}
        return httpx.post(f"{own_server.url}/api/login", json=body, timeout=60)

    answers = [attempt("ada@shop.example") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert answers[0].json()["error"]["code"] == "bad_credentials"
    assert int(answers[-1].headers["retry-after"]) > 0


def test_log_in_from_a_foreign_page_is_refused(server: ServerProcess) -> None:
    answer = httpx.post(
        f"{server.url}/api/login",
        json={"email": "ada@shop.example", "password": PASSWORD},
        headers={"origin": "https://evil.example"},
    )
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "path",
    ["/api/agent/me", "/api/agent/team", "/api/agent/conversations", "/api/agent/conversations/x"],
)
def test_agents_data_needs_a_log_in(server: ServerProcess, path: str) -> None:
    answer = httpx.get(server.url + path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "not_signed_in")


def test_source_of_an_answer_shows_the_quote_marked(server: ServerProcess) -> None:
    with customer_line(server, server.session().json()) as line:
        for n, question in enumerate(
            ["Can I return anything within 30 days?", "Standard delivery takes how long?"]
        ):
            line.send("message", client_id=f"m{n}", text=question)
            answer = line.message_of("bot")
            if citations := answer.get("citations"):
                break
        else:
            pytest.fail(f"no answer with a source: {line.seen}")
    source = citations[0]["source"]
    page = httpx.get(server.url + source)
    assert page.status_code == 200
    assert '<mark id="quote">' in page.text
    assert httpx.get(server.url + source[:-1] + "x").status_code == 404
    article = httpx.get(f"{server.url}/help/articles/{citations[0]['article']}")
    assert (article.status_code, "<mark" in article.text) == (200, False)


def test_errors_have_one_shape(server: ServerProcess) -> None:
    for answer in (
        httpx.get(f"{server.url}/nowhere"),
        httpx.get(f"{server.url}/api/login"),
        httpx.post(f"{server.url}/api/login", json={"email": 5}),
        httpx.post(f"{server.url}/api/login", content=b"{", headers={"content-type": "json"}),
    ):
        assert answer.status_code in {404, 405, 422}
        assert set(answer.json()["error"]) == {"code", "message", "reference"}


@pytest.mark.parametrize(
    "path",
    [
        "/agent/",
        "/widget/?key={key}",
        "/help/articles/returns.md",
        "/help/articles/gone",
        "/api/docs",
    ],
)
def test_every_page_holds_to_the_strict_policy_and_names_only_files_that_are_there(
    own_server: ServerProcess, path: str
) -> None:
    page = httpx.get(own_server.url + path.format(key=own_server.key), timeout=60)
    assert page.status_code in {200, 404}
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["x-content-type-options"] == "nosniff"
    assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:", page.text)
    for file in re.findall(r'(?:src|href)="(/[^"#]*)"', page.text):
        found = httpx.get(own_server.url + file, follow_redirects=True, timeout=60)
        assert found.status_code == 200, file


def test_widget_page_carries_the_owners_look_as_text(
    own_server: ServerProcess,
) -> None:
    engine = open_database(f"sqlite:///{own_server.data / 'warmline.db'}")
    sites = Sites(engine)
    site = sites.by_key(own_server.key)
    assert site is not None
    markup = '"><script>alert(1)</script>'
    sites.set_look(
        site.id,
        Look(
            name=markup,
            accent="#7a1fa2",
            greeting=markup,
            suggestions=(markup,),
            position=Position.LEFT,
            languages=("de", "en"),
            words={"de": FirstWords(markup)},
            prechat=PreChat(email=Ask.REQUIRED),
            hours_text=markup,
        ),
    )
    engine.dispose()
    page = httpx.get(f"{own_server.url}/widget/", params={"key": own_server.key}).text
    assert "<script>alert" not in page
    given = dict(re.findall(r'data-([a-z-]+)="([^"]*)"', page))
    told = {name: html.unescape(value) for name, value in given.items()}
    assert (told["name"], told["greeting"], told["hours"]) == (markup, markup, markup)
    assert json.loads(told["suggestions"]) == [markup]
    assert json.loads(told["words"]) == {"de": {"greeting": markup, "suggestions": []}}
    assert (told["accent"], told["position"], told["languages"]) == ("#7a1fa2", "left", "de en")
    assert (told["ask-name"], told["ask-email"], told["picture"]) == ("off", "required", "")


@pytest.mark.parametrize(
    ("now", "hours", "back_at"),
    [
        ("2026-03-02T10:00", "9–12, 13–17:30", None),
        ("2026-03-07T10:00", "", "2026-03-09T08:00"),
    ],
    ids=["open", "weekend"],
)
def test_widget_says_todays_hours_and_when_people_are_back(
    now: str, hours: str, back_at: str | None
) -> None:
    day = (Opening(time(9), time(12)), Opening(time(13), time(17, 30)))
    look = Look(hours=BusinessHours("Europe/Berlin", dict.fromkeys(range(1, 6), day)))
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    shown = look_with(look, "key", Settings(hours_text=""), at)
    assert shown.hours == hours
    back = datetime.fromisoformat(back_at).replace(tzinfo=UTC) if back_at else None
    assert (shown.is_open, shown.back_at) == (back is None, back)
