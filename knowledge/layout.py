"""How a draft is written into a snapshot's folder (`knowledge/files.py` says which file holds what).

What stays of the former snapshot is copied in stretches of rows; only what is new is put together.
"""

import gc
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from knowledge import cores, files, keywords, manifest, nearest, pointers, word_rows, words
from knowledge.draft import SnapshotDraft, heading_line, passage_key
from knowledge.files import FoundOut, Lines
from knowledge.links import ArticleLinks
from knowledge.records import article_line, as_line, passage_line
from knowledge.rows import Rows, Starts, numbered_anew, starts_of
from knowledge.vectors import Quantised


@dataclass(frozen=True)
class Texts:
    """What a draft says, as the lines that are written. `content` names it.

    `content` is equal for equal texts, cuts, model and ingest state. Vectors are left out: they
    follow from the rest, and their last bits differ between machines.
    """

    order: "Order"
    articles: "LinesToWrite"
    passages: "LinesToWrite"
    content: str


@dataclass(frozen=True)
class LinesToWrite:
    """Lines in pieces, as they stand one after another, and where each line starts."""

    pieces: tuple[bytes, ...]
    offsets: Starts


def texts_of(draft: SnapshotDraft) -> Texts:
    """Put a draft's articles and passages into lines, once for naming and writing."""
    order = Order(draft)
    former = draft.former
    articles = _lines(
        order.articles, former and former.articles, list(map(article_line, draft.articles))
    )
    passages = _lines(
        order.passages, former and former.passages, list(map(passage_line, draft.passages))
    )
    digest = hashlib.sha256()
    for part in (draft.model_id, draft.passage_rules, draft.ingest_state):
        digest.update(as_line(part))
    for piece in (*articles.pieces, *passages.pieces):
        digest.update(piece)
    return Texts(order, articles, passages, digest.hexdigest())


def write(
    draft: SnapshotDraft, texts: Texts, folder: Path, created_at: datetime
) -> manifest.Manifest:
    """Write a draft, whose `texts` are these, into an empty folder.

    Every file is flushed to disk, the manifest last.
    """
    counts = _write_files(draft, texts, folder)
    sums = manifest.checksums(folder)
    written = manifest.Manifest(
        format=manifest.FORMAT,
        model_id=draft.model_id,
        dimensions=draft.dimensions,
        passage_rules=draft.passage_rules,
        created_at=created_at,
        article_count=counts.articles,
        passage_count=counts.passages,
        sentence_count=counts.sentences,
        token_count=counts.tokens,
        content=texts.content,
        checksums=sums,
    )
    (folder / manifest.FILE).write_text(written.to_json(), encoding="utf-8")
    for path in folder.rglob("*"):
        manifest.sync(path)
    manifest.sync(folder)
    return written


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Without the collector of circles: for a hundred thousand new tuples and no circle it would look
    at every object of the process several times.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@dataclass(frozen=True)
class _Counts:
    articles: int
    passages: int
    sentences: int
    tokens: int


def _write_files(draft: SnapshotDraft, texts: Texts, folder: Path) -> _Counts:
    """Write every file but the manifest, and count what stands in them."""
    order = texts.order
    _write_lines(folder, files.ARTICLES, files.ARTICLE_OFFSETS, texts.articles)
    _write_lines(folder, files.PASSAGES, files.PASSAGE_OFFSETS, texts.passages)
    columns = _columns(draft, order)
    (folder / files.COLUMNS).write_bytes(as_line(columns))
    (folder / files.INGEST_STATE).write_text(draft.ingest_state, encoding="utf-8")
    np.save(folder / files.FIRST_PASSAGE, order.first_passage)
    found_out = _find_out(draft, order)
    found = {"rules": files.finding_rules(), **asdict(found_out)}
    (folder / files.FOUND_OUT).write_bytes(as_line(found))
    article_of = np.repeat(np.arange(len(columns["ids"])), np.diff(order.first_passage))
    links = ArticleLinks(dict(zip(columns["ids"], columns["urls"], strict=True)))
    pointing = pointers.points_to(found_out.only_point, article_of, columns["ids"], links)
    np.save(folder / files.POINTS_TO, pointing)
    sentences, tokens = _write_vectors(draft, order, folder)
    with _undisturbed():
        _write_words(draft, order, found_out.languages, folder)
    return _Counts(len(columns["ids"]), int(order.first_passage[-1]), sentences, tokens)


class Order:
    """The rows of a draft's articles and passages, as they are written."""

    def __init__(self, draft: SnapshotDraft) -> None:
        counts = dict.fromkeys((article.id for article in draft.articles), 0)
        for passage in draft.passages:
            counts[passage.article] += 1
        self.new_first_passage = starts_of(list(counts.values()))
        former = draft.former
        if former is None:
            self.articles = Rows.all_new(len(counts))
            self.first_passage = self.new_first_passage
        else:
            kept = [(id_, True, former.rows[id_]) for id_ in draft.kept]
            new = [(id_, False, row) for row, id_ in enumerate(counts)]
            self.articles = Rows.of((side, row) for _, side, row in sorted(kept + new))
            self.first_passage = self.articles.starts(former.first_passage, self.new_first_passage)
        self.passages = self.articles.within(
            former and former.first_passage, self.new_first_passage
        )


def _columns(draft: SnapshotDraft, order: Order) -> dict[str, list[Any]]:
    new: dict[str, list[Any]] = {
        "ids": [article.id for article in draft.articles],
        "urls": [article.url for article in draft.articles],
        "locales": [article.locale for article in draft.articles],
        "tags": [article.tags for article in draft.articles],
        "products": [article.product for article in draft.articles],
    }
    former = draft.former
    return {
        name: order.articles.items(former and former.columns[name], column)
        for name, column in new.items()
    }


def _find_out(draft: SnapshotDraft, order: Order) -> FoundOut:
    former = None if draft.former is None else draft.former.found_out
    languages = [words.language_of(one.locale, one.text) for one in draft.articles]
    texts = {article.id: article.text for article in draft.articles}
    new = [
        pointers.only_points(texts[passage.article][passage.start : passage.end])
        for passage in draft.passages
    ]
    known = {} if former is None else former.only_point
    # The former rows from 0 up, the new ones from -1 down.
    kept = None if draft.former is None else np.arange(len(draft.former.keys))
    origin = order.passages.array(kept, -1 - np.arange(len(new))).tolist()
    links = ((row, new[-1 - at] if at < 0 else known.get(at, ())) for row, at in enumerate(origin))
    pointing = {row: addresses for row, addresses in links if addresses}
    return FoundOut(
        tuple(order.articles.items(former and former.languages, tuple(languages))), pointing
    )


def _write_vectors(draft: SnapshotDraft, order: Order, folder: Path) -> tuple[int, int]:
    """Write the vectors of passages and headings; how many sentences and tokens have one."""
    former, vectors, dimensions = draft.former, draft.vectors, draft.dimensions
    keys = b"".join(passage_key(passage) for passage in draft.passages)
    new_keys = np.frombuffer(keys, dtype=np.uint8).reshape(-1, 16)
    np.save(folder / files.KEYS, order.passages.array(former and former.keys, new_keys))
    new = np.array([one.pooled for one in vectors], dtype=np.float16).reshape(-1, dimensions)
    pooled = order.passages.array(former and former.pooled, new)
    np.save(folder / files.POOLED, pooled)
    headings = _write_headings(draft, order, folder)
    coded = cores.begin(lambda: nearest.write(folder / files.HEADING_CODES, headings))
    nearest.write(folder / files.CODES, pooled)
    coded()
    np.save(folder / files.PROJECTION, draft.projection)
    sentences = _write_quantised(
        folder,
        (files.FIRST_SENTENCE, files.SENTENCES, files.SENTENCE_SCALES),
        order.passages,
        former and _Parts(former.first_sentence, former.sentences),
        _Parts.of([one.sentences for one in vectors], dimensions),
    )
    tokens = _write_quantised(
        folder,
        (files.FIRST_TOKEN, files.TOKENS, files.TOKEN_SCALES),
        order.passages,
        former and _Parts(former.first_token, former.tokens),
        _Parts.of([one.tokens for one in vectors], draft.projection.shape[1]),
    )
    return sentences, tokens


@final
@dataclass(frozen=True)
class _Parts:
    """What passages have several of: passage n those from `first[n]` to `first[n + 1]`."""

    first: Starts
    rows: Quantised

    @classmethod
    def of(cls, parts: Sequence[Quantised], dimensions: int) -> "_Parts":
        """Put those of passages together."""
        empty = Quantised(np.empty((0, dimensions), np.int8), np.empty(0, np.float16))
        found = [empty, *parts]
        codes = np.concatenate([part.codes for part in found])
        scales = np.concatenate([part.scales for part in found])
        return cls(starts_of([len(part.codes) for part in parts]), Quantised(codes, scales))


def _write_quantised(
    folder: Path, names: Sequence[str], passages: Rows, former: _Parts | None, new: _Parts
) -> int:
    """Write the parts of passages, and where each passage's start; how many there are.

    `names` are those of the files of starts, codes and scales.
    """
    known = former and former.rows
    first = passages.starts(former and former.first, new.first)
    rows = passages.within(former and former.first, new.first)
    starts, codes, scales = names
    np.save(folder / starts, first)
    np.save(folder / codes, rows.array(known and known.codes, new.rows.codes))
    np.save(folder / scales, rows.array(known and known.scales, new.rows.scales))
    return int(first[-1])


def _write_headings(draft: SnapshotDraft, order: Order, folder: Path) -> NDArray[np.float16]:
    """Write the headings and whose they are; their vectors (lines, dim), to be coded."""
    former = draft.former
    known = [] if former is None else former.heading_lines
    numbers = {line: n for n, line in enumerate(known)}
    of = [numbers.setdefault(heading_line(one), len(numbers)) for one in draft.passages]
    heading_of = order.passages.array(former and former.heading_of, np.array(of, dtype=np.int32))
    used, heading_of = numbered_anew(heading_of, len(numbers))
    lines = list(numbers)
    new = [draft.headings[line] for line in lines[len(known) :]]
    rows = np.array(new, dtype=np.float16).reshape(-1, draft.dimensions)
    headings = rows if former is None else np.concatenate([former.headings, rows])
    headings = headings[used]
    np.save(folder / files.HEADINGS, headings)
    np.save(folder / files.HEADING_OF, heading_of)
    (folder / files.HEADING_LINES).write_bytes(as_line([lines[n] for n in used.tolist()]))
    return headings


def _write_words(
    draft: SnapshotDraft, order: Order, languages: Sequence[str], folder: Path
) -> None:
    def write_index(name: str, rows: Rows, texts: Sequence[str], spoken: Sequence[str]) -> None:
        known = None if draft.former is None else draft.former.words[name]
        split = word_rows.joined(rows, known, word_rows.split_all(texts))
        keywords.write(folder / name, split, spoken)

    counts = np.diff(order.first_passage)
    of_passages = np.repeat(np.array(languages, dtype=object), counts).tolist()
    bodies = [passage.index_text for passage in draft.passages]
    write_index(files.BODY_WORDS, order.passages, bodies, of_passages)
    titles = [heading_line(passage) for passage in draft.passages]
    write_index(files.TITLE_WORDS, order.passages, titles, of_passages)
    wholes = [f"{article.title}\n{article.text}" for article in draft.articles]
    write_index(files.ARTICLE_WORDS, order.articles, wholes, languages)


def _lines(rows: Rows, former: Lines | None, new: Sequence[bytes]) -> LinesToWrite:
    new_offsets = starts_of([len(line) for line in new])
    pieces: list[bytes] = []
    for one in rows.stretches:
        if one.former:
            assert former is not None
            pieces.append(former.part(one.first, one.last))
        else:
            pieces += new[one.first : one.last]
    return LinesToWrite(tuple(pieces), rows.starts(former and former.offsets, new_offsets))


def _write_lines(folder: Path, name: str, offsets: str, lines: LinesToWrite) -> None:
    with (folder / name).open("wb") as file:
        file.writelines(lines.pieces)
    np.save(folder / offsets, lines.offsets)
