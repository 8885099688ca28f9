"""The owner's look of a site: kept, tidied, refused; and the hours that the queue goes by."""

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest
from sqlalchemy import Engine

from handoff.errors import BadValue, UnknownSite
from handoff.events import SiteId, VisitorHash, first_conversation_id
from handoff.hours import BusinessHours, Opening
from handoff.look import Ask, FirstWords, Look, Position, PreChat, tidy
from handoff.sites import Sites
from tests.conftest import BOTH
from tests.handoff.desk_for_tests import Scene, fresh

OPEN = BusinessHours("Europe/Berlin", {day: (Opening(time(9), time(17)),) for day in range(1, 6)})
WHOLE = Look(
    name="Larkmere",
    accent="#7a1fa2",
    greeting="Hello.",
    suggestions=("Where is my parcel?",),
    position=Position.LEFT,
    languages=("de", "en"),
    words={"de": FirstWords("Hallo.", ("Wo ist mein Paket?",))},
    prechat=PreChat(email=Ask.OPTIONAL),
    hours=OPEN,
    hours_text="on weekdays",
)


@BOTH
def test_a_site_keeps_its_look_and_begins_with_none(database: Engine) -> None:
    sites = Sites(database)
    site = sites.add("Shop", ["https://shop.example"])
    assert site.look == Look()
    assert sites.set_look(site.id, WHOLE) == WHOLE
    assert sites.by_key(site.key) == replace(site, look=WHOLE)
    sites.set_origins(site.id, ["https://other.example"])
    again = sites.by_id(site.id)
    assert again is not None
    assert again.look == WHOLE
    with pytest.raises(UnknownSite):
        sites.set_look(SiteId("nowhere"), WHOLE)


def test_blanks_doubles_and_capitals_are_tidied() -> None:
    given = Look(
        name=" Shop ",
        accent=" #ABCDEF",
        suggestions=("One?  Two?", "", "One? Two?"),
        words={"fr": FirstWords(" "), "de": FirstWords(" Hallo ")},
    )
    assert tidy(given) == Look(
        name="Shop",
        accent="#abcdef",
        suggestions=("One? Two?",),
        words={"de": FirstWords("Hallo")},
    )


@pytest.mark.parametrize(
    "look",
    [
        Look(accent="red; background: url(x)"),
        Look(name="n" * 61),
        Look(greeting="g" * 401),
        Look(suggestions=tuple(f"Question {n}?" for n in range(7))),
        Look(languages=("../x",)),
        Look(hours=replace(OPEN, zone="Mars/Olympus")),
        Look(hours=replace(OPEN, zone="../../etc/passwd")),
        Look(hours=replace(OPEN, country="XX")),
        Look(hours=replace(OPEN, country="DE", region="XX")),
        Look(hours=replace(OPEN, week={8: (Opening(time(9), time(17)),)})),
        Look(hours=replace(OPEN, week={1: (Opening(time(17), time(9)),)})),
        Look(hours=replace(OPEN, week={1: OPEN.week[1] * 2})),
    ],
    ids=[
        "colour", "long-name", "long-greeting", "many-questions", "language", "zone", "path",
        "country", "region", "day", "backwards", "overlap",
    ],
)  # fmt: skip
def test_a_look_that_cannot_be_is_refused(look: Look) -> None:
    with pytest.raises(BadValue):
        tidy(look)


@BOTH
def test_who_waits_out_of_a_sites_hours_is_told_when_people_are_back(
    database: Engine, scene: Scene
) -> None:
    sites = Sites(database)
    shop = sites.add("Shop", ["https://shop.example"])
    sites.set_look(shop.id, Look(hours=OPEN))
    scene.clock.now = datetime(2026, 3, 7, 12, tzinfo=UTC)  # a Saturday, and nobody is online
    visitor = VisitorHash("kim")
    conversation = first_conversation_id(shop.id, visitor)
    scene.desk.customer_asks_human(conversation, fresh(), site=shop.id, visitor_hash=visitor)
    place = scene.desk.queue_position(conversation)
    assert place is not None
    assert place.back_at == datetime(2026, 3, 9, 8, tzinfo=UTC)
    elsewhere = scene.desk.queue_position(scene.asks_human())
    assert elsewhere is not None
    assert elsewhere.back_at is None  # that site has no hours
