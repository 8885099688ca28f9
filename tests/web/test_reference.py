"""The page of the programming interface: whole, and ours alone."""

import re
from html import unescape
from pathlib import Path

import httpx
from fastapi.routing import iter_route_contexts

from tests.web.servers import ServerProcess
from web.app import create_app
from web.settings import load_settings


def test_every_route_of_the_application_is_on_the_page(
    server: ServerProcess, tmp_path: Path
) -> None:
    page = unescape(httpx.get(f"{server.url}/api/docs").text)
    app = create_app(load_settings(environ={}, data=tmp_path / "data"))
    paths = {route.path_format or route.path or "" for route in iter_route_contexts(app.routes)}
    app.state.wiring.close()
    documented = set(httpx.get(f"{server.url}/api/openapi.json").json()["paths"])
    assert documented < paths
    assert {"/ws/widget", "/agent/", "/api/login"} <= paths
    shown = set(re.findall(r"<code>([^<]*)</code>", page))
    assert paths - shown == set()


def test_parameters_fields_and_frames_are_named(server: ServerProcess) -> None:
    page = httpx.get(f"{server.url}/api/docs").text
    for words in ("in the query", 'id="schema-Credentials"', "must_change_password", "4409"):
        assert words in page
    links = set(re.findall(r'href="#([^"]+)"', page))
    assert links - set(re.findall(r'id="([^"]+)"', page)) == set()


def test_page_needs_nothing_from_elsewhere(server: ServerProcess) -> None:
    answer = httpx.get(f"{server.url}/api/docs")
    assert not re.search(r"https?:|//\w", answer.text)
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=", answer.text)
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
