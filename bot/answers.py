"""An answer: sentences of one article, laid out, each with its evidence."""

import logging
from dataclasses import dataclass

from bot import extraction, grounding, rendering
from bot.dialogue import Citation, ReplySentence
from bot.errors import Ungrounded
from bot.overlap import asked_words, language_of
from bot.queries import Plan
from bot.rules import AnswerRules
from knowledge.passages import Passage
from knowledge.search import Findings
from knowledge.snapshot import Snapshot

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """What would be sent: `text` is the sentences laid out as Markdown; all empty when none is."""

    sentences: tuple[ReplySentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    text: str = ""


def extracted(
    snapshot: Snapshot | None,
    findings: Findings | None,
    planned: Plan,
    rules: AnswerRules,
    answering: Passage | None = None,
) -> Answer:
    """Return the best article's own sentences that answer; an empty answer where none does.

    `answering`, the passage that reading takes for the answer, is quoted too where anything in it can be,
    but after no follow-up.

    Every sentence was found at its cited span in `snapshot` before this returns.
    """
    if snapshot is None or findings is None or not findings.articles:
        return Answer()
    hit = findings.articles[0]
    article = snapshot.article(hit.article)
    if article is None:
        return Answer()
    extracts = extraction.extract(
        hit,
        snapshot.passages(hit.article),
        article.text,
        asked_words(
            # A question of its own is answered by its own words, not by those before it.
            findings.question if planned.leans else planned.queries[0].text,
            findings.terms,
            language_of(hit.hits[0].passage.index_text),
        ),
        max_sentences=rules.max_sentences,
        max_items=rules.max_items,
        # A follow-up is read in its own words, which may say too little.
        answering=None if planned.leans else answering,
    )
    citations = tuple(
        Citation(
            article.id, article.title, article.url, article.text[e.start : e.end], e.start, e.end
        )
        for e in extracts
    )
    sentences = tuple(
        ReplySentence(rendering.shown(c.quote, e.kind), at)
        for at, (c, e) in enumerate(zip(citations, extracts, strict=True))
    )
    try:
        grounding.check(sentences, citations, snapshot.article)
    except Ungrounded:
        _log.exception("answer withheld snapshot=%s", snapshot.generation)
        return Answer()
    return Answer(sentences, citations, rendering.lay_out(extracts, article.text))
