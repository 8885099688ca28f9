"""Asking back: which articles the customer may have meant."""

import re
from typing import Final

from bot.dialogue import Choice
from bot.overlap import asked_words, held, language_of
from knowledge.search import Findings

_MAX_LABEL_CHARS: Final = 80
_FEW_WORDS: Final = 3  # of a search box; they may mean several articles
_SEVERAL: Final = re.compile(
    r"[,;]|\b(?:and|also|und|et|y|e|en|(?-i:i)|auch|aussi|también)\b", re.IGNORECASE
)


def near_ties(findings: Findings, *, max_gap: float, max_choices: int) -> tuple[Choice, ...]:
    """Return a choice for each article within `max_gap` of the best one's score, best first.

    At most `max_choices`; empty when fewer than two could be meant. A choice's value is the words
    that find its article again; articles of the same title are told apart by their heading.
    """
    if not findings.articles:
        return ()
    best = findings.articles[0].score
    labels: dict[str, Choice] = {}
    for article in findings.articles:
        if best - article.score > max_gap or len(labels) == max_choices:
            break
        passage = article.hits[0].passage
        label = passage.title
        if label in labels and passage.heading:
            label = f"{passage.title}: {passage.heading.split(' › ')[-1]}"
        if label and label not in labels:
            labels[label] = Choice(value=label, label=_shorten(label))
    return tuple(labels.values()) if len(labels) > 1 else ()


def asks_one_thing(text: str) -> bool:
    """Tell whether a message is a question of its own, neither a word or two nor several things."""
    return len(text.split()) > _FEW_WORDS and not _SEVERAL.search(text)


def unknown_share(findings: Findings) -> float:
    """Return the share (0..1) of the question's weight in words that no article holds.

    A likely misspelling of a word that was found is none of them. 0.0 where nothing was found.
    """
    if not findings.articles:
        return 0.0
    text = "\n".join(hit.passage.index_text for one in findings.articles for hit in one.hits)
    language = language_of(findings.articles[0].hits[0].passage.index_text)
    asked = asked_words(findings.question, findings.terms, language)
    total = sum(one.weight for one in asked)
    unknown = sum(one.weight for one in asked if one.idf == 0 and not held(one, text, language))
    return unknown / total if total else 0.0


def _shorten(label: str) -> str:
    if len(label) <= _MAX_LABEL_CHARS:
        return label
    return label[: _MAX_LABEL_CHARS - 1].rsplit(" ", 1)[0] + "…"
