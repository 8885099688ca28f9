"""Agents, sessions, sites and saved replies, on both databases."""

from datetime import timedelta

import pytest

from handoff.accounts import AgentRole
from handoff.errors import BadValue, UnknownAgent
from handoff.events import AgentId
from handoff.presence import Presence
from handoff.saved import SavedReplies, SavedReply
from handoff.sites import Sites
from tests.conftest import BOTH
from tests.handoff.desk_for_tests import Scene, fresh

pytestmark = BOTH
HOUR = timedelta(hours=1)


def test_an_address_belongs_to_one_account_whatever_its_case(scene: Scene) -> None:
    with pytest.raises(BadValue):
        scene.accounts.add("ANN@example.org", "Other", AgentRole.ADMIN, "hash")
    assert scene.accounts.by_email(" Ann@Example.ORG ") == scene.ann
    with pytest.raises(BadValue):
        scene.accounts.add("no address", "Other", AgentRole.ADMIN, "hash")


def test_a_session_ends_by_time_log_out_new_password_and_disabling(scene: Scene) -> None:
    accounts, ann = scene.accounts, scene.ann
    accounts.start_session(ann.id, "t1", HOUR)
    assert accounts.by_session("t1") == ann
    scene.clock.advance(hours=1)
    assert accounts.by_session("t1") is None
    accounts.start_session(ann.id, "t2", HOUR)
    accounts.end_session("t2")
    assert accounts.by_session("t2") is None
    accounts.start_session(ann.id, "t3", HOUR)
    accounts.set_password(ann.id, "other hash")
    assert accounts.by_session("t3") is None
    changed = accounts.by_id(ann.id)
    assert changed is not None
    assert (changed.password_hash, changed.must_change_password) == ("other hash", False)
    accounts.start_session(ann.id, "t4", HOUR)
    accounts.disable(ann.id)
    assert accounts.by_session("t4") is None
    scene.asks_human()
    with pytest.raises(UnknownAgent):
        scene.desk.agent_claims(scene.eva, ann.id, fresh())
    with pytest.raises(UnknownAgent):
        accounts.set_password(AgentId("nobody"), "x")


def test_the_team_is_seen_with_presence_and_load(scene: Scene) -> None:
    scene.asks_human()
    scene.desk.agent_claims(scene.eva, scene.ann.id, fresh())
    scene.desk.agent_presence(scene.bob.id, Presence.AWAY)
    team = scene.accounts.team(timedelta(minutes=1), 5)
    assert [(m.account.name, m.presence, m.load, m.capacity) for m in team] == [
        ("Ann", Presence.ONLINE, 1, 5),
        ("Bob", Presence.AWAY, 0, 5),
    ]
    scene.clock.advance(minutes=1)
    gone = scene.accounts.team(timedelta(minutes=1), 5)
    assert {member.presence for member in gone} == {Presence.OFFLINE}


def test_a_site_is_found_by_its_key_and_keeps_canonical_origins(scene: Scene) -> None:
    sites = Sites(scene.engine, clock=scene.clock)
    site = sites.add("Shop", ["https://Shop.example:443/", "http://localhost:8080"])
    assert site.origins == ("https://shop.example", "http://localhost:8080")
    assert sites.by_key(site.key) == site == sites.by_name("Shop") == sites.by_id(site.id)
    assert sites.by_key("other") is None
    with pytest.raises(BadValue):
        sites.add("Shop", [])


@pytest.mark.parametrize(
    "origin", ["shop.example", "https://a.example/path", "ftp://a.example", "https://a:99999", "*"]
)
def test_what_is_no_origin_is_refused(scene: Scene, origin: str) -> None:
    with pytest.raises(BadValue):
        Sites(scene.engine).add("Site", [origin])


def test_a_saved_reply_is_replaced_by_one_of_its_name(scene: Scene) -> None:
    saved = SavedReplies(scene.engine, clock=scene.clock)
    saved.save("/hello", "Hello {customer}")
    saved.save("hello", "Hi {customer}, {agent} here")
    assert saved.all() == [SavedReply("hello", "Hi {customer}, {agent} here")]
    saved.remove("hello")
    assert saved.all() == []
    with pytest.raises(BadValue):
        saved.save(" ", "text")


@pytest.mark.parametrize("wrong", ["costumer_name", "Customer", "order"])
def test_a_saved_reply_with_a_variable_that_nobody_fills_in_is_refused(
    scene: Scene, wrong: str
) -> None:
    saved = SavedReplies(scene.engine, clock=scene.clock)
    with pytest.raises(BadValue, match=f"{{{wrong}}} is no variable"):
        saved.save("hello", f"Hello {{{wrong}}}, {{agent_name}} here")
    saved.save("hello", "Hello {customer_name}, {agent_name} here. Braces {} and { these } stay.")
