"""Every language says everything."""

import re
from pathlib import Path

import pytest

WIDGET = Path(__file__).resolve().parents[3] / "web" / "widget" / "static"
ENTRY = re.compile(r'^  (\w+): "((?:[^"\\]|\\.)*)",$', re.MULTILINE)
LANGUAGES = sorted(file.stem for file in (WIDGET / "strings").glob("*.js"))


def catalogue(language: str) -> dict[str, str]:
    """Read a catalogue: key to words."""
    return dict(ENTRY.findall((WIDGET / "strings" / f"{language}.js").read_text("utf-8")))


def test_the_languages_offered_are_the_catalogues_there_are() -> None:
    offered = re.search(r"LANGUAGES = \[(.*?)\]", (WIDGET / "words.js").read_text("utf-8"))
    assert offered
    assert sorted(re.findall(r'"(\w\w)"', offered[1])) == LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_says_everything_that_english_says(language: str) -> None:
    english, words = catalogue("en"), catalogue(language)
    lines = (WIDGET / "strings" / f"{language}.js").read_text("utf-8").count("\n") - 2
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
        asked |= set(re.findall(r'\bitem\("(\w+)"', source))
    assert asked <= set(catalogue("en"))
    assert len(asked) > 50
