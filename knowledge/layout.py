"""A snapshot's folder: which file holds what, and how a draft is written there.

Texts are JSON lines with an array of offsets beside them, so that one article or passage is read
without the others; numbers are NumPy arrays, opened by memory map.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import accumulate
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge import keywords, manifest, nearest, pointers, words
from knowledge.articles import Article, ArticleId, Status
from knowledge.draft import SnapshotDraft, heading_line, passage_key
from knowledge.links import ArticleLinks
from knowledge.passages import Passage, PassageId, Sentence, SentenceKind
from knowledge.vectors import Quantised

COLUMNS = "columns.json"  # of articles: ids, urls, locales, tags, products
ARTICLES, ARTICLE_OFFSETS = "articles.jsonl", "article_offsets.npy"
PASSAGES, PASSAGE_OFFSETS = "passages.jsonl", "passage_offsets.npy"
FIRST_PASSAGE = "first_passage.npy"  # (articles + 1,) rows of passages
FIRST_SENTENCE, FIRST_TOKEN = "first_sentence.npy", "first_token.npy"  # (passages + 1,)
KEYS = "keys.npy"  # (passages, 16) uint8: `passage_key`
POOLED = "pooled.npy"  # (passages, dim) float16
CODES = "codes.faiss"  # of `knowledge/nearest.py`, where there are many passages
SENTENCES, SENTENCE_SCALES = "sentences.npy", "sentence_scales.npy"
TOKENS, TOKEN_SCALES = "tokens.npy", "token_scales.npy"
PROJECTION = "projection.npy"  # (dim, token dimensions) float32
HEADINGS, HEADING_OF = "headings.npy", "heading_of.npy"  # (lines, dim) float16; (passages,)
HEADING_CODES = "heading_codes.faiss"
HEADING_LINES = "heading_lines.json"
POINTS_TO = "points_to.npy"  # (passages,) int32: `pointers.points_to`
# Folders of `knowledge/keywords.py`: passages, their titles and headings, whole articles.
BODY_WORDS, TITLE_WORDS, ARTICLE_WORDS = "body_words", "title_words", "article_words"
INGEST_STATE = "ingest_state.txt"


@dataclass(frozen=True)
class Texts:
    """What a draft says, as the lines that are written. `content` names it.

    `content` is equal for equal texts, cuts, model and ingest state. Vectors are left out: they
    follow from the rest, and their last bits differ between machines.
    """

    articles: tuple[bytes, ...]
    passages: tuple[bytes, ...]
    content: str


def texts_of(draft: SnapshotDraft) -> Texts:
    """Put a draft's articles and passages into lines, once for naming and writing."""
    articles = tuple(map(article_json, draft.articles))
    passages = tuple(map(passage_json, draft.passages))
    digest = hashlib.sha256()
    for part in (draft.model_id, draft.passage_rules, draft.ingest_state):
        digest.update(_line(part))
    for line in (*articles, *passages):
        digest.update(line)
    return Texts(articles, passages, digest.hexdigest())


def write(
    draft: SnapshotDraft, texts: Texts, folder: Path, created_at: datetime
) -> manifest.Manifest:
    """Write a draft, whose `texts` are these, into an empty folder.

    Every file is flushed to disk, the manifest last.
    """
    _write_texts(draft, texts, folder)
    _write_vectors(draft, folder)
    _write_words(draft, folder)
    sums = manifest.checksums(folder)
    written = manifest.Manifest(
        format=manifest.FORMAT,
        model_id=draft.model_id,
        dimensions=draft.dimensions,
        passage_rules=draft.passage_rules,
        created_at=created_at,
        article_count=len(draft.articles),
        passage_count=len(draft.passages),
        sentence_count=sum(len(passage.sentences) for passage in draft.passages),
        token_count=sum(len(one.tokens.codes) for one in draft.vectors),
        content=texts.content,
        checksums=sums,
    )
    (folder / manifest.FILE).write_text(written.to_json(), encoding="utf-8")
    for path in folder.rglob("*"):
        manifest.sync(path)
    manifest.sync(folder)
    return written


def article_json(article: Article) -> bytes:
    """One line of ARTICLES."""
    fields = asdict(article) | {"updated": article.updated and article.updated.isoformat()}
    return _line(fields)


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


def passage_json(passage: Passage) -> bytes:
    """One line of PASSAGES."""
    sentences = [[s.start, s.end, s.kind.value, s.block, s.text] for s in passage.sentences]
    return _line(
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


def _write_texts(draft: SnapshotDraft, texts: Texts, folder: Path) -> None:
    _write_lines(folder, ARTICLES, ARTICLE_OFFSETS, texts.articles)
    _write_lines(folder, PASSAGES, PASSAGE_OFFSETS, texts.passages)
    columns = {
        "ids": [article.id for article in draft.articles],
        "urls": [article.url for article in draft.articles],
        "locales": [article.locale for article in draft.articles],
        "tags": [article.tags for article in draft.articles],
        "products": [article.product for article in draft.articles],
    }
    (folder / COLUMNS).write_bytes(_line(columns))
    (folder / INGEST_STATE).write_text(draft.ingest_state, encoding="utf-8")
    counts = dict.fromkeys((article.id for article in draft.articles), 0)
    for passage in draft.passages:
        counts[passage.article] += 1
    np.save(folder / FIRST_PASSAGE, _starts(list(counts.values())))
    links = ArticleLinks({article.id: article.url for article in draft.articles})
    np.save(folder / POINTS_TO, pointers.points_to(draft.articles, draft.passages, links))


def _write_vectors(draft: SnapshotDraft, folder: Path) -> None:
    vectors, dimensions = draft.vectors, draft.dimensions
    keys = b"".join(passage_key(passage) for passage in draft.passages)
    np.save(folder / KEYS, np.frombuffer(keys, dtype=np.uint8).reshape(-1, 16))
    pooled = np.array([one.pooled for one in vectors], dtype=np.float16).reshape(-1, dimensions)
    np.save(folder / POOLED, pooled)
    nearest.write(folder / CODES, pooled)
    sentences = [one.sentences for one in vectors]
    _write_quantised(folder, SENTENCES, SENTENCE_SCALES, sentences, dimensions)
    np.save(folder / FIRST_SENTENCE, _starts([len(one.codes) for one in sentences]))
    tokens = [one.tokens for one in vectors]
    _write_quantised(folder, TOKENS, TOKEN_SCALES, tokens, draft.projection.shape[1])
    np.save(folder / FIRST_TOKEN, _starts([len(one.codes) for one in tokens]))
    np.save(folder / PROJECTION, draft.projection)
    lines = {line: row for row, line in enumerate(draft.headings)}
    rows = list(draft.headings.values())
    headings = np.array(rows, dtype=np.float16).reshape(-1, dimensions)
    np.save(folder / HEADINGS, headings)
    nearest.write(folder / HEADING_CODES, headings)
    of = [lines[heading_line(passage)] for passage in draft.passages]
    np.save(folder / HEADING_OF, np.array(of, dtype=np.int32))
    (folder / HEADING_LINES).write_bytes(_line(list(lines)))


def _write_words(draft: SnapshotDraft, folder: Path) -> None:
    def write_index(name: str, texts: Sequence[str], languages: Sequence[str]) -> None:
        keywords.write(folder / name, texts, languages, draft.former and draft.former / name)

    language = {
        article.id: words.language_of(article.locale, article.text) for article in draft.articles
    }
    languages = [language[passage.article] for passage in draft.passages]
    bodies = [passage.index_text for passage in draft.passages]
    write_index(BODY_WORDS, bodies, languages)
    titles = [heading_line(passage) for passage in draft.passages]
    write_index(TITLE_WORDS, titles, languages)
    wholes = [f"{article.title}\n{article.text}" for article in draft.articles]
    write_index(ARTICLE_WORDS, wholes, list(language.values()))


def _write_lines(folder: Path, name: str, offsets: str, lines: Sequence[bytes]) -> None:
    with (folder / name).open("wb") as file:
        file.writelines(lines)
    np.save(folder / offsets, _starts([len(line) for line in lines]))


def _write_quantised(
    folder: Path, name: str, scales: str, parts: Sequence[Quantised], dimensions: int
) -> None:
    empty = Quantised(np.empty((0, dimensions), np.int8), np.empty(0, np.float16))
    found = parts or [empty]
    np.save(folder / name, np.concatenate([part.codes for part in found]))
    np.save(folder / scales, np.concatenate([part.scales for part in found]))


def _starts(counts: Sequence[int]) -> NDArray[np.int64]:
    return np.array([0, *accumulate(counts)], dtype=np.int64)


def _line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
