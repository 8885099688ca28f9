"""Whether a message is in a language that no article is written in."""

from typing import Final

from bot.language import FALLBACK
from knowledge import words
from knowledge.search import Findings
from knowledge.snapshot import Snapshot

# Names of products, and words that two languages share, stand in foreign messages too.
_UNKNOWN_SHARE: Final = 0.7
_LAST_LATIN: Final = "\u024f"  # beyond it other scripts begin


def is_foreign(language: str, snapshot: Snapshot | None, findings: Findings | None) -> bool:
    """Tell whether no article speaks the message's `language` (as `bot.language.spoken` has it).

    And the articles know next to none of its words: only then a low confidence says nothing about
    whether the message is the company's business.
    """
    if snapshot is None or findings is None or not findings.terms:
        return False
    guessed = language == FALLBACK and _is_in_other_letters(findings.question)
    if not guessed and words.language_of(language, "") in snapshot.languages - {words.UNSTEMMED}:
        return False
    unknown = sum(idf == 0.0 for idf in findings.terms.values())
    return unknown >= _UNKNOWN_SHARE * len(findings.terms)


def _is_in_other_letters(text: str) -> bool:
    """Tell whether most letters belong to none of the languages written in Latin ones."""
    letters = [char for char in text if char.isalpha()]
    return 2 * sum(char > _LAST_LATIN for char in letters) > len(letters)
