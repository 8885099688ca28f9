"""When people are back, in the customer's words and zone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser

NOW = "2026-03-04T22:30:00Z"  # a Wednesday; in Tokyo it is Thursday morning
WHEN = """async ([at, now, tag]) => {
  const { loadWords, whenOf } = await import("/widget/words.js");
  await loadWords(tag);
  return whenOf(at, new Date(now));
}"""


@pytest.fixture
def context(browser: Browser, locale: str, zone: str) -> Iterator[BrowserContext]:
    """A customer of this region."""
    made = browser.new_context(locale=locale, timezone_id=zone)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("locale", "zone", "at", "words"),
    [
        ("en-GB", "Europe/London", "2026-03-04T23:00:00Z", "today 23:00"),
        ("en-GB", "Asia/Tokyo", "2026-03-04T23:00:00Z", "today 8:00"),
        ("en-GB", "Europe/London", "2026-03-05T08:00:00Z", "tomorrow 8:00"),
        ("en-GB", "Europe/London", "2026-03-06T08:00:00Z", "Friday 8:00"),
        ("en-GB", "Europe/London", "2026-03-10T08:00:00Z", "Tuesday 8:00"),
        ("en-GB", "Europe/London", "2026-03-11T08:00:00Z", "Wednesday 11 March 8:00"),
        ("en-GB", "Europe/Berlin", "2026-03-04T22:45:00Z", "today 23:45"),
        ("en-GB", "Europe/Berlin", "2026-03-04T23:15:00Z", "tomorrow 0:15"),
        ("de-DE", "Europe/Berlin", "2026-03-05T08:00:00Z", "morgen 9:00"),
        ("fr-FR", "Europe/Paris", "2026-03-05T08:00:00Z", "demain 9:00"),
        ("ja-JP", "Asia/Tokyo", "2026-03-06T00:00:00Z", "明日 9:00"),
    ],
)
def test_people_are_back_today_tomorrow_on_a_weekday_or_a_date(
    modules: Page, locale: str, at: str, words: str
) -> None:
    assert modules.evaluate(WHEN, [at, NOW, locale[:2]]) == words
