"""The last look before a reply is sent can fail, and says why."""

from dataclasses import replace

import pytest

from bot.dialogue import Citation, ReplySentence
from bot.errors import Ungrounded
from bot.grounding import check
from knowledge.articles import Article, ArticleId

TEXT = "# Returns\n\nSend it back within\n30 days. We pay the postage.\n"
ARTICLE = Article(id=ArticleId("returns.md"), title="Returns", text=TEXT)
QUOTE = "Send it back within\n30 days."
CITATION = Citation("returns.md", "Returns", None, QUOTE, 11, 11 + len(QUOTE))
SENTENCE = ReplySentence("Send it back within 30 days.", 0)


def find(id_: ArticleId) -> Article | None:
    return ARTICLE if id_ == ARTICLE.id else None


def test_a_verbatim_sentence_passes_with_its_lead_in() -> None:
    check((ReplySentence("Here is what we say:", None), SENTENCE), (CITATION,), find)


@pytest.mark.parametrize(
    ("sentences", "citations"),
    [
        ((replace(SENTENCE, text="Send it back within 60 days."),), (CITATION,)),
        ((replace(SENTENCE, text="Send it back within 30 days"),), (CITATION,)),
        ((replace(SENTENCE, citation=1),), (CITATION,)),
        ((SENTENCE, ReplySentence("We never charge.", None)), (CITATION,)),
        ((SENTENCE,), (replace(CITATION, start=12),)),
        ((SENTENCE,), (replace(CITATION, end=9999),)),
        ((SENTENCE,), (replace(CITATION, start=-1),)),
        ((SENTENCE,), (replace(CITATION, article="billing.md"),)),
        ((SENTENCE,), (replace(CITATION, quote="We pay the postage."),)),
    ],
    ids=[
        "another number",
        "a mark less",
        "a citation that does not exist",
        "a sentence without a citation",
        "a span moved by one",
        "a span past the end",
        "a span before the start",
        "another article",
        "another quote",
    ],
)
def test_what_does_not_stand_there_is_refused(
    sentences: tuple[ReplySentence, ...], citations: tuple[Citation, ...]
) -> None:
    with pytest.raises(Ungrounded):
        check(sentences, citations, find)
