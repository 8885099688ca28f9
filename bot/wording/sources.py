"""What a language model may draw on for one reply: numbered passages of the snapshot."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from bot.dialogue import Dialogue, Reply
from knowledge import words
from knowledge.articles import Article, ArticleId
from knowledge.passages import Passage
from knowledge.snapshot import Snapshot

MAX_PASSAGES: Final = 5
_OF_THE_BEST: Final = 4  # the article whose confidence was rated gets this many of them at most
_OTHERS_NEAR: Final = 0.15  # another article's passage is offered when it scored this close


@dataclass(frozen=True)
class Source:
    """A passage under the number that the model cites it by (from 1), with its whole article."""

    number: int
    passage: Passage
    article: Article

    @property
    def text(self) -> str:
        """The passage as it stands in the article, Markdown included."""
        return self.article.text[self.passage.start : self.passage.end]

    @cached_property
    def language(self) -> str:
        """The stemming algorithm of its article's language."""
        return words.language_of(self.article.locale, self.article.text)


@dataclass(frozen=True)
class Material:
    """The question and the passages that may answer it, those of the best article first.

    `best` is the article whose answer the bot rated: a worded answer begins with it.
    """

    question: str
    sources: tuple[Source, ...]
    best: ArticleId

    def source(self, number: int | None) -> Source | None:
        """Give the passage of a number, None where there is no such number."""
        return next((s for s in self.sources if s.number == number), None)


def gather(snapshot: Snapshot, dialogue: Dialogue, reply: Reply) -> Material | None:
    """Collect the passages behind an answer: those it cites, then what search ranked.

    None when `reply` cites nothing, or rests on another snapshot than this one.
    """
    if not reply.citations or reply.snapshot != snapshot.generation:
        return None
    best = ArticleId(reply.citations[0].article)
    cited = [
        passage
        for passage in snapshot.passages(best)
        if any(passage.start < c.end and c.start < passage.end for c in reply.citations)
    ]
    ranked = [
        (found.score, passage)
        for found in reply.retrieved
        for passage in snapshot.passages(ArticleId(found.article))
        if passage.id == found.passage
    ]
    own = [passage for _, passage in ranked if passage.article == best]
    top = max((score for score, passage in ranked if passage.article == best), default=0.0)
    others = [p for score, p in ranked if p.article != best and score >= top - _OTHERS_NEAR]
    chosen = _first_of([*cited, *own], _OF_THE_BEST)
    chosen = _first_of([*chosen, *others], MAX_PASSAGES)
    return Material(dialogue.question, number(snapshot, chosen), best)


def number(snapshot: Snapshot, passages: Iterable[Passage]) -> tuple[Source, ...]:
    """Number passages from 1 in their order; those whose article is gone are left out."""
    sources: list[Source] = []
    for passage in passages:
        article = snapshot.article(passage.article)
        if article is not None:
            sources.append(Source(len(sources) + 1, passage, article))
    return tuple(sources)


def _first_of(passages: Iterable[Passage], limit: int) -> list[Passage]:
    return list({passage.id: passage for passage in passages}.values())[:limit]
