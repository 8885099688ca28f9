"""Every language says everything."""

import re
from pathlib import Path

import pytest

from web.packing import pack
from web.widget.languages import LANGUAGES, choose, direction

WIDGET = Path(__file__).resolve().parents[3] / "web" / "widget" / "static"
ENTRY = re.compile(r'^  (\w+): "((?:[^"\\]|\\.)*)",$', re.MULTILINE)


FIRST, MORE = "strings", "strings/more"  # for the first message, and for all that comes later


def catalogue(language: str, folder: str = "") -> dict[str, str]:
    """Read a catalogue, or both: key to words."""
    folders = [folder] if folder else [FIRST, MORE]
    texts = [(WIDGET / one / f"{language}.js").read_text("utf-8") for one in folders]
    return dict(ENTRY.findall("".join(texts)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_says_everything_that_english_says(language: str) -> None:
    for folder in (FIRST, MORE):
        english, words = catalogue("en", folder), catalogue(language, folder)
        lines = (WIDGET / folder / f"{language}.js").read_text("utf-8").count("\n") - 2
        assert list(words) == list(english)
        assert len(words) == lines, 'a line that is not `key: "words",`'
        assert all(words.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_fills_in_what_english_fills_in(language: str) -> None:
    def places(words: dict[str, str]) -> dict[str, list[str]]:
        return {key: sorted(re.findall(r"\{(\w+)\}", text)) for key, text in words.items()}

    assert places(catalogue(language)) == places(catalogue("en"))


def test_every_word_that_a_module_asks_for_is_in_the_catalogue() -> None:
    asked = set()
    for module in WIDGET.glob("*.js"):
        source = module.read_text("utf-8")
        asked |= set(re.findall(r'\bt\("(\w+)"', source))
        asked |= set(re.findall(r'\bword: "(\w+)"', source))
    assert asked <= set(catalogue("en"))
    assert len(asked) > 50


def test_the_first_message_finds_its_words_in_the_first_catalogue() -> None:
    sources = {file.name: file.read_text("utf-8") for file in WIDGET.glob("*.js")}
    asked: set[str] = set()
    for module in pack(sources, "frame.js").modules:
        asked |= set(re.findall(r'\bt\("(\w+)"', sources[module]))
        asked |= set(re.findall(r'\bword: "(\w+)"', sources[module]))
    # A divider comes with a second chat, and no second chat without a reply to the first.
    assert asked - set(catalogue("en", FIRST)) == {"new_chat"}
    assert set(catalogue("en", FIRST)) & set(catalogue("en", MORE)) == set()


CHOICES = {
    "the page's": ("de-AT", "fr", (), "de-AT"),
    "the browser's, most wanted first": ("", "it;q=0.3, xx, nl-BE;q=0.9, *;q=0.1", (), "nl-BE"),
    "none that there is": ("tlh", "xx", (), "en"),
    "the site's first": ("de", "fr", ("pl", "ja"), "pl"),
    "one of the site's": ("de", "fr, ja", ("pl", "ja"), "ja"),
    "nonsense": ('"><script>', ";;q=a,,=", (), "en"),
    "a longer word": ("english", "", (), "en"),
}


@pytest.mark.parametrize("case", CHOICES)
def test_the_language_is(case: str) -> None:
    page, browser, offered, chosen = CHOICES[case]
    assert choose(page, browser, offered) == chosen


def test_arabic_reads_from_right_to_left() -> None:
    assert (direction("ar-EG"), direction("de")) == ("rtl", "ltr")
    assert len(LANGUAGES) == 10
