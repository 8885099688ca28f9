"""A needed detail that the question leaves open: which device, which plan, which product.

Articles, or sections of one, that are the same but for a name ("Pair the Pip", "Pair the Wren"; "On
iPhone", "On Android") answer a question only for one of these. Who names none is asked once.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Final

from bot.dialogue import Choice
from knowledge import words
from knowledge.search import ArticleHit, Findings

_MOST: Final = 5  # choices; who has more is asked in the order of what fits best
_COMMON_SHARE: Final = 0.6  # of two titles' words that must be the same, in the same places
_MIN_COMMON: Final = 2  # words that carry meaning among them
_MAX_SLOT: Final = 4  # words that tell two titles apart
_MAX_HEADING: Final = 4  # words
_MARK: Final = " › "
# Sections are told apart by these: what people have, or what they pay for.
_KINDS: Final = (
    "iphone ipad ios apple mac macos osx android samsung pixel huawei windows pc linux ubuntu "
    "chromebook desktop laptop computer mobile phone tablet web browser app cli dashboard "
    "terminal chrome firefox safari edge opera brave vivaldi",
    "free basic starter hobby standard plus pro premium gold silver business team teams company "
    "enterprise family personal individual student professional",
)
KIND_WORDS: Final = tuple(frozenset(kind.split()) for kind in _KINDS)
"""Devices and systems; plans: each kind's words, in lower case."""
_SPACE: Final = re.compile(r"\s+")


def open_detail(findings: Findings, said: Iterable[str], *, max_gap: float) -> tuple[Choice, ...]:
    """Return the names to choose from when the best answer is right for one of them only.

    `said` are the customer's words so far and what is known of them; a name in it closes the
    question. `max_gap` is how much lower than the best one another article may score. Empty: no
    detail is open. A choice's value finds its article or section again.
    """
    if not findings.articles:
        return ()
    known = frozenset(word for text in said for word in words.split(text))
    return _between_articles(findings.articles, known, max_gap) or _within(
        findings.articles[0], known, max_gap
    )


def settled(findings: Findings, told: Sequence[str], *, max_gap: float) -> Findings:
    """Leave out what is right only for another device, plan or product than the customer has told.

    `told` are their words, the question last: the last that names one counts. Where none does, or
    the question is not of that kind, the same findings come back.
    """
    articles = findings.articles
    if not articles:
        return findings
    slots = _twins(articles, max_gap)
    meant = _named_last(slots.values(), told)
    if meant is not None:
        titles = [title for title, slot in slots.items() if slot != meant]
        kept = [one for one in articles if one.hits[0].passage.title not in titles]
        return replace(findings, articles=tuple(kept))
    labels = _sections(articles[0], max_gap)
    meant = _named_last(labels, told)
    if meant is None:
        return findings
    others = [label for label in labels if label != meant]
    hits = [h for h in articles[0].hits if h.passage.heading.rpartition(_MARK)[2] not in others]
    return replace(findings, articles=(replace(articles[0], hits=tuple(hits)), *articles[1:]))


def _named_last(names: Collection[str], told: Sequence[str]) -> str | None:
    """Return the one name that the last of `told` to name any names best, None for no such one."""
    if len(names) < 2:
        return None
    for text in reversed(told):
        said = frozenset(words.split(text))
        shares = {name: _share_said(name, said) for name in names}
        best = max(shares.values())
        if best > 0:
            found = [name for name, share in shares.items() if share == best]
            return found[0] if len(found) == 1 else None
    return None


def _share_said(name: str, said: frozenset[str]) -> float:
    naming = [word for word in words.split(name) if not words.is_function_word(word)]
    return sum(word in said for word in naming) / len(naming) if naming else 0.0


def _between_articles(
    articles: Sequence[ArticleHit], known: frozenset[str], max_gap: float
) -> tuple[Choice, ...]:
    slots = _twins(articles, max_gap)
    if len(slots) < 2 or _names_one(slots.values(), known):
        return ()
    return tuple(Choice(value=name, label=name) for name in slots)[:_MOST]


def _twins(articles: Sequence[ArticleHit], max_gap: float) -> dict[str, str]:
    """Map the titles that are of one form with the first to what they differ in; empty for none."""
    title, *others = _near(articles, max_gap)
    slots: dict[str, str] = {}
    for name in others:
        mine, theirs = _slots(title, name)
        if not theirs or (slots and mine != slots[title]):
            continue
        slots.setdefault(title, mine)
        slots.setdefault(name, theirs)
    return slots


def _near(articles: Sequence[ArticleHit], max_gap: float) -> list[str]:
    """The titles of those within `max_gap` of the first one's score, best first."""
    best = articles[0].score
    near = takewhile(lambda one: best - one.score <= max_gap, articles)
    return [one.hits[0].passage.title for one in near]


def _slots(one: str, other: str) -> tuple[str, str]:
    """Return what two titles of one form differ in, nothing when they are of different forms."""
    a, b = _SPACE.split(one.strip()), _SPACE.split(other.strip())
    most = min(len(a), len(b))
    front = next((n for n in range(most) if a[n].lower() != b[n].lower()), most)
    back = next((n for n in range(most - front) if a[-1 - n].lower() != b[-1 - n].lower()), 0)
    mine, theirs = a[front : len(a) - back], b[front : len(b) - back]
    same = a[:front] + a[len(a) - back :]
    carrying = sum(not words.is_function_word(word.lower()) for word in same)
    names = all(_is_name(slot) for slot in (mine, theirs))
    alike = len(same) >= _COMMON_SHARE * max(len(a), len(b)) and carrying >= _MIN_COMMON
    if not alike or not names or max(len(mine), len(theirs)) > _MAX_SLOT:
        return "", ""
    return " ".join(mine), " ".join(theirs)


def _is_name(slot: Sequence[str]) -> bool:
    """Tell a name from a function word and from a subject ("Signing in: questions")."""
    said = words.split(" ".join(slot))
    telling = any(not words.is_function_word(word) for word in said)
    return telling and not slot[-1].endswith(":")


def _within(article: ArticleHit, known: frozenset[str], max_gap: float) -> tuple[Choice, ...]:
    labels = _sections(article, max_gap)
    if len(labels) < 2 or _names_one(labels, known):
        return ()
    return tuple(Choice(value, label.rstrip(" :")) for label, value in labels.items())[:_MOST]


def _sections(article: ArticleHit, max_gap: float) -> dict[str, str]:
    """Map the headings of one kind beside the best passage's to what finds each; empty for none."""
    best = article.hits[0]
    above, _, name = best.passage.heading.rpartition(_MARK)
    kind = _kind(name)
    if kind is None:
        return {}
    labels = {name: f"{best.passage.title} {name}"}
    for hit in article.hits[1:]:
        parent, _, other = hit.passage.heading.rpartition(_MARK)
        near = best.score - hit.score <= max_gap
        if parent == above and near and _kind(other) == kind:
            labels.setdefault(other, f"{hit.passage.title} {other}")
    return labels


def _kind(heading: str) -> int | None:
    """Return which of the kinds a short heading is of."""
    said = words.split(heading)
    if not said or len(said) > _MAX_HEADING:
        return None
    return next((n for n, kind in enumerate(KIND_WORDS) if not kind.isdisjoint(said)), None)


def _names_one(names: Iterable[str], known: frozenset[str]) -> bool:
    return any(
        word in known
        for name in names
        for word in words.split(name)
        if not words.is_function_word(word)
    )
