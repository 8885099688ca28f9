"""Articles and passages as lines of JSON, each read without the others."""

import json
from dataclasses import asdict
from datetime import datetime

from knowledge.articles import Article, ArticleId, Status
from knowledge.passages import Passage, PassageId, Sentence, SentenceKind


def article_line(article: Article) -> bytes:
    """Write an article."""
    fields = asdict(article) | {"updated": article.updated and article.updated.isoformat()}
    return as_line(fields)


def parse_article(line: bytes) -> Article:
    """Restore an article from its line."""
    fields = json.loads(line)
    updated = fields["updated"]
    return Article(
        **fields
        | {
            "tags": tuple(fields["tags"]),
            "status": Status(fields["status"]),
            "updated": updated and datetime.fromisoformat(updated).date(),
        }
    )


def passage_line(passage: Passage) -> bytes:
    """Write a passage."""
    sentences = [[s.start, s.end, s.kind.value, s.block, s.text] for s in passage.sentences]
    return as_line(
        [
            passage.id, passage.article, passage.title, passage.heading,
            passage.start, passage.end, passage.index_text, sentences,
        ]
    )  # fmt: skip


def parse_passage(line: bytes) -> Passage:
    """Restore a passage from its line."""
    id_, article, title, heading, start, end, index_text, sentences = json.loads(line)
    return Passage(
        id=PassageId(id_),
        article=ArticleId(article),
        title=title,
        heading=heading,
        start=start,
        end=end,
        index_text=index_text,
        sentences=tuple(
            Sentence(start, end, SentenceKind(kind), block, text)
            for start, end, kind, block, text in sentences
        ),
    )


def as_line(value: object) -> bytes:
    """Write any value that JSON has."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
