"""A snapshot's folder: which file holds what, opened by memory map.

Texts are JSON lines with an array of offsets beside them, so that one article or passage is read
without the others; numbers are NumPy arrays. `knowledge/layout.py` writes them.
"""

import importlib.metadata
import json
import mmap
import unicodedata
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from knowledge import word_rows
from knowledge.articles import ArticleId
from knowledge.rows import Starts
from knowledge.vectors import Floats, Quantised
from knowledge.word_rows import WordRows

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
FOUND_OUT = "found_out.json"  # `FoundOut`

_RULES = "1"  # count on when a change of ours finds other words, languages or pointers
_FINDS_BY = ("bm25s", "markdown-it-py", "PyStemmer")


@cache
def finding_rules() -> str:
    """Changes whenever the same text would be found to have other words, language or pointers.

    That is by a change of ours, of Unicode, of the words that carry no meaning, of the stemmers that
    there are, or of what reads Markdown.
    """
    versions = map(importlib.metadata.version, _FINDS_BY)
    return " ".join([_RULES, unicodedata.unidata_version, *versions])


@final  # so that mypy knows that one is never false
@dataclass(frozen=True)
class FoundOut:
    """What was found out about texts and holds as long as they stay, for the next publish.

    `languages` of the articles (see `words.language_of`); `only_point` maps the rows of passages
    that say nothing of their own to the addresses that they link to (see `knowledge/pointers.py`).
    """

    languages: tuple[str, ...]
    only_point: dict[int, tuple[str, ...]]


@final
class SnapshotFiles:
    """The files of a written snapshot. Immutable.

    What is opened at once stays readable after the folder was removed; `found_out` and `words` are
    read when first asked for.
    """

    def __init__(self, folder: Path) -> None:
        """Open what is in `folder`."""
        self.folder = folder
        columns = json.loads((folder / COLUMNS).read_bytes())
        self.ids: list[ArticleId] = columns["ids"]
        self.rows = {id_: row for row, id_ in enumerate(self.ids)}
        self.columns: dict[str, list[Any]] = columns
        self.articles = Lines(folder / ARTICLES, folder / ARTICLE_OFFSETS)
        self.passages = Lines(folder / PASSAGES, folder / PASSAGE_OFFSETS)
        self.first_passage: Starts = array(folder / FIRST_PASSAGE)
        self.first_sentence: Starts = array(folder / FIRST_SENTENCE)
        self.first_token: Starts = array(folder / FIRST_TOKEN)
        self.keys: NDArray[np.uint8] = array(folder / KEYS)
        self.pooled: NDArray[np.float16] = array(folder / POOLED)
        self.sentences = Quantised(array(folder / SENTENCES), array(folder / SENTENCE_SCALES))
        self.tokens = Quantised(array(folder / TOKENS), array(folder / TOKEN_SCALES))
        self.projection: Floats = np.load(folder / PROJECTION)
        self.headings: NDArray[np.float16] = array(folder / HEADINGS)
        self.heading_of: NDArray[np.int32] = array(folder / HEADING_OF)
        # Read at once: the file may be gone when it is asked for.
        self.heading_lines: list[str] = json.loads((folder / HEADING_LINES).read_bytes())
        self.points_to: NDArray[np.int32] = array(folder / POINTS_TO)
        self.ingest_state = (folder / INGEST_STATE).read_text(encoding="utf-8")

    @cached_property
    def found_out(self) -> FoundOut | None:
        """What the next publish need not find out; None where another version published."""
        path = self.folder / FOUND_OUT
        fields = json.loads(path.read_bytes()) if path.is_file() else {}
        if fields.get("rules") != finding_rules():
            return None
        pointing = {int(row): tuple(links) for row, links in fields["only_point"].items()}
        return FoundOut(tuple(fields["languages"]), pointing)

    @cached_property
    def words(self) -> dict[str, WordRows]:
        """The words of all texts, by the folder of their index."""
        names = (BODY_WORDS, TITLE_WORDS, ARTICLE_WORDS)
        return {name: word_rows.load(self.folder / name) for name in names}


@final
class Lines:
    """Lines of a file by number, read through a memory map."""

    def __init__(self, path: Path, offsets: Path) -> None:
        """Open a file of lines and the array of where each starts, (lines + 1,)."""
        self.offsets: Starts = np.load(offsets)
        with path.open("rb") as file:
            empty = path.stat().st_size == 0
            self._bytes = b"" if empty else mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def __getitem__(self, row: int) -> bytes:
        """Read a line."""
        return self.part(row, row + 1)

    def part(self, first: int, last: int) -> bytes:
        """Lines from `first` to `last` (exclusive), as they stand in the file."""
        start, end = int(self.offsets[first]), int(self.offsets[last])
        return self._bytes[start:end]


def array(path: Path) -> NDArray[Any]:
    """Open an array by memory map."""
    # As a plain array over the map: NumPy's own memmap class costs more than the reading.
    return np.asarray(np.load(path, mmap_mode="r"))
