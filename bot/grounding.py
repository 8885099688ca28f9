"""The last look before a reply is sent: every quote stands where the reply says it stands."""

from collections.abc import Callable, Sequence

from bot.dialogue import Citation, ReplySentence
from bot.errors import Ungrounded
from bot.rendering import fold_space
from knowledge.articles import Article, ArticleId


def check(
    sentences: Sequence[ReplySentence],
    citations: Sequence[Citation],
    article: Callable[[ArticleId], Article | None],
) -> None:
    """Return only when every sentence but a lead-in is found at its cited span.

    That is: the article exists, `text[start:end] == quote`, and the sentence is the quote, runs of
    white space folded. A lead-in (no citation) may only stand first. Raises Ungrounded.
    """
    check_cited(sentences, citations, article)
    for at, sentence in enumerate(sentences):
        if sentence.citation is None:
            continue
        if fold_space(sentence.text) != fold_space(citations[sentence.citation].quote):
            raise Ungrounded(f"Sentence {at} is not what its citation quotes.")


def check_cited(
    sentences: Sequence[ReplySentence],
    citations: Sequence[Citation],
    article: Callable[[ArticleId], Article | None],
) -> None:
    """Return only when every quote stands at its span and every sentence but a lead-in cites one.

    The sentences' own words are not looked at: a language model's are proved by
    `bot.wording.verifying` before they come here. Raises Ungrounded.
    """
    for citation in citations:
        source = article(ArticleId(citation.article))
        if source is None:
            raise Ungrounded(f"The cited article {citation.article!r} is not in the snapshot.")
        inside = 0 <= citation.start < citation.end <= len(source.text)
        if not inside or source.text[citation.start : citation.end] != citation.quote:
            raise Ungrounded(
                f"The quote is not at {citation.start}-{citation.end} of {citation.article!r}."
            )
    for at, sentence in enumerate(sentences):
        if sentence.citation is None:
            if at > 0:
                raise Ungrounded(f"Sentence {at} of the answer has no citation.")
            continue
        if not 0 <= sentence.citation < len(citations):
            raise Ungrounded(f"Sentence {at} cites {sentence.citation}, which does not exist.")
