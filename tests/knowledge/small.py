"""Small articles cut by sentence, so that these tests need nothing of the ingest room."""

import re
from collections.abc import Sequence

from knowledge.articles import Article, ArticleId
from knowledge.draft import DraftBuilder, SnapshotDraft
from knowledge.hashing import HashEmbedder
from knowledge.passages import Passage, PassageId, Sentence, SentenceKind
from knowledge.snapshot import Snapshot

ARTICLES = {
    "returns.md": ("Return an order", "Pack the item. Print the label. Drop the parcel."),
    "refunds.md": ("Refunds", "A refund takes five days. We pay it to your card."),
    "delivery.md": ("Delivery times", "Standard delivery takes three days. Express takes one."),
    "error-e104.md": ("Error E-104", "The hub lost its network. Restart the X200 hub."),
    "konto.md": ("Konto löschen", "Das Konto löschen Sie in den Einstellungen und nicht hier."),
    "zh.md": ("退货政策", "您可以在三十天内退货。退款将在五天内到账。"),
}


def article(id_: str, title: str, text: str, **fields: object) -> Article:
    return Article(id=ArticleId(id_), title=title, text=text, **fields)  # type: ignore[arg-type]


def cut(whole: Article) -> list[Passage]:
    """One passage an article, a sentence for each full stop."""
    spans = [match.span() for match in re.finditer(r"[^.。]+[.。]", whole.text)]
    spans = [(s + len(whole.text[s:e]) - len(whole.text[s:e].lstrip()), e) for s, e in spans]
    sentences = tuple(
        Sentence(start, end, SentenceKind.PROSE, 0, whole.text[start:end]) for start, end in spans
    )
    body = " ".join(sentence.text for sentence in sentences)
    passage = Passage(
        id=PassageId(f"{whole.id}#0"),
        article=whole.id,
        title=whole.title,
        heading="",
        start=0,
        end=len(whole.text),
        index_text=f"{whole.title}\n{body}",
        sentences=sentences,
    )
    return [passage]


def build(articles: Sequence[Article], former: Snapshot | None = None) -> SnapshotDraft:
    embedder = HashEmbedder()
    builder = DraftBuilder(lambda: embedder, embedder.model_id, "test", former=former)
    for one in articles:
        if former is not None and builder.can_keep and former.article(one.id) == one:
            builder.keep(one.id)
        else:
            builder.add(one, cut(one))
    return builder.finish()
