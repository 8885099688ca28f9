"""An open snapshot: articles and passages by name, and search over them."""

import json
import mmap
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge import layout, manifest, ranking
from knowledge.articles import Article, ArticleId
from knowledge.embedding import Embedder, Encoded
from knowledge.errors import SnapshotMismatch
from knowledge.finder import Finder, Stored, mean_vector
from knowledge.keywords import KeywordIndex
from knowledge.links import ArticleLinks
from knowledge.manifest import Generation, Manifest
from knowledge.nearest import DenseIndex
from knowledge.passages import Passage, passage_id
from knowledge.search import ArticleHit, Filters, Findings, Hit, WeightedQuery
from knowledge.vectors import Floats, PassageVectors, Quantised, widened

_PASSAGES_IN_MEMORY = 4096
_ARTICLES_IN_MEMORY = 256
_HITS_AN_ARTICLE = 5


class Snapshot:
    """A published snapshot. Immutable; safe for concurrent reads from many threads.

    Its files are opened by memory map and stay readable after the snapshot is pruned.
    """

    def __init__(self, folder: Path) -> None:
        """Open the snapshot in `folder` (named by its generation), which was verified before.

        Raises SnapshotCorrupt without a readable manifest, SnapshotMismatch for another format.
        """
        self.generation = Generation(folder.name)
        self.manifest: Manifest = manifest.read(folder)
        columns = json.loads((folder / layout.COLUMNS).read_bytes())
        self._ids: list[ArticleId] = columns["ids"]
        self._rows = {id_: row for row, id_ in enumerate(self._ids)}
        self._columns: dict[str, list[Any]] = columns
        self._article_lines = _Lines(folder / layout.ARTICLES, folder / layout.ARTICLE_OFFSETS)
        self._passage_lines = _Lines(folder / layout.PASSAGES, folder / layout.PASSAGE_OFFSETS)
        self._first_passage = _array(folder / layout.FIRST_PASSAGE)
        self._first_sentence = _array(folder / layout.FIRST_SENTENCE)
        self._first_token = _array(folder / layout.FIRST_TOKEN)
        counts = np.diff(self._first_passage)
        self._article_of = np.repeat(np.arange(len(self._ids), dtype=np.int64), counts)
        self._keys = _array(folder / layout.KEYS)
        self._pooled = _array(folder / layout.POOLED)
        self._sentences = _quantised(folder, layout.SENTENCES, layout.SENTENCE_SCALES)
        self._tokens = _quantised(folder, layout.TOKENS, layout.TOKEN_SCALES)
        self._headings = _array(folder / layout.HEADINGS)
        self.folder = folder
        self.projection: Floats = np.load(folder / layout.PROJECTION)
        stored = Stored(
            heading_of=_array(folder / layout.HEADING_OF),
            sentences=self._sentences,
            first_sentence=self._first_sentence,
            tokens=self._tokens,
            first_token=self._first_token,
            projection=self.projection,
            article_of=self._article_of,
            points_to=_array(folder / layout.POINTS_TO),
        )
        counted = self.manifest
        self.finder = Finder(
            stored,
            dense=DenseIndex(self._pooled, folder / layout.CODES),
            headings=DenseIndex(self._headings, folder / layout.HEADING_CODES),
            body=KeywordIndex(folder / layout.BODY_WORDS, counted.passage_count),
            titles=KeywordIndex(folder / layout.TITLE_WORDS, counted.passage_count),
            articles=KeywordIndex(folder / layout.ARTICLE_WORDS, counted.article_count),
        )
        # Read at once: the file may be gone when it is asked for.
        self._heading_lines: list[str] = json.loads((folder / layout.HEADING_LINES).read_bytes())
        self.ingest_state = (folder / layout.INGEST_STATE).read_text(encoding="utf-8")
        self._passage = lru_cache(maxsize=_PASSAGES_IN_MEMORY)(self._read_passage)
        self._article = lru_cache(maxsize=_ARTICLES_IN_MEMORY)(self._read_article)

    @property
    def languages(self) -> frozenset[str]:
        """The stemming algorithms of the articles' languages, `words.UNSTEMMED` among them perhaps."""
        return frozenset(self.finder.body.languages)

    @property
    def scripts(self) -> frozenset[str]:
        """The scripts that the articles are written in, as `words.script_of` names them."""
        return self.finder.body.scripts

    @cached_property
    def links(self) -> ArticleLinks:
        """Where links between the articles lead; put together when first asked for."""
        return ArticleLinks(dict(zip(self._ids, self._columns["urls"], strict=True)))

    def require(self, model_id: str, passage_rules: str | None = None) -> None:
        """Raise SnapshotMismatch, saying what to do, unless it was made by these."""
        made = self.manifest
        if made.model_id != model_id:
            raise SnapshotMismatch(
                f"Snapshot {self.generation} was made with the model {made.model_id}, but "
                f"{model_id} is in use. Set the model back, or publish again with "
                "`warmline ingest --force`."
            )
        if passage_rules is not None and made.passage_rules != passage_rules:
            raise SnapshotMismatch(
                f"Snapshot {self.generation} was cut by passage rules {made.passage_rules}, this "
                f"version cuts by {passage_rules}. Publish again with `warmline ingest`."
            )

    def article(self, id_: ArticleId) -> Article | None:
        """Give an article, None when the snapshot does not hold it."""
        row = self._rows.get(id_)
        return None if row is None else self._article(row)

    def articles(self) -> Iterator[Article]:
        """Give all articles, by id."""
        return (self._read_article(row) for row in range(len(self._ids)))

    def passages(self, id_: ArticleId) -> tuple[Passage, ...]:
        """Give an article's passages in document order; none for an unknown article."""
        row = self._rows.get(id_)
        if row is None:
            return ()
        first, last = self._first_passage[row : row + 2].tolist()
        return tuple(self._passage(n) for n in range(first, last))

    def search(
        self,
        question: str,
        embedder: Embedder,
        *,
        limit_articles: int = 10,
        filters: Filters | None = None,
    ) -> Findings:
        """Embed a question and search for it. Raises SnapshotMismatch for another model."""
        self.require(embedder.model_id)
        encoded = embedder.encode([question])[0]
        return self.search_encoded(
            question, encoded, limit_articles=limit_articles, filters=filters
        )

    def search_encoded(
        self,
        question: str | Sequence[WeightedQuery],
        encoded: Encoded | None = None,
        *,
        limit_articles: int = 10,
        filters: Filters | None = None,
    ) -> Findings:
        """Search for a question whose encoding is at hand, or for several weighted queries.

        The first query is the customer's own words; `Findings.terms` are its. `limit_articles`
        bounds the articles found, each with its best five passages.
        """
        if isinstance(question, str):
            if encoded is None:
                raise TypeError("search_encoded needs the question's encoding")
            queries: Sequence[WeightedQuery] = (WeightedQuery(question, encoded),)
        else:
            queries = question
        weights = ranking.fitted_weights()
        allowed = None if filters is None else self._allowed(filters)
        weighed = self.finder.weigh(queries)
        found = self.finder.candidates(weighed, allowed)
        ranked = ranking.rank(self.finder, weighed, found, weights)
        vector = mean_vector(queries)
        grouped = ranking.group(ranked, self._article_of, self._pooled_rows)
        articles = [
            self._article_hit(positions, ranked, vector) for positions in grouped[:limit_articles]
        ]
        return Findings(
            question=queries[0].text,
            articles=tuple(articles),
            terms=self.finder.body.question_idf(queries[0].text),
            query_vector=vector,
        )

    def passage_at(self, row: int) -> Passage:
        """The passage in a row (0..passage_count - 1)."""
        return self._passage(row)

    def article_rows(self, ids: Collection[str]) -> NDArray[np.bool_]:
        """Mask over all passages: those of the named articles."""
        known = [self._rows[ArticleId(id_)] for id_ in ids if id_ in self._rows]
        return np.isin(self._article_of, known)

    def passage_rows_by_key(self) -> dict[bytes, int]:
        """Map each passage's content key to its row, for a builder that reuses vectors."""
        return {key.tobytes(): row for row, key in enumerate(np.asarray(self._keys))}

    def vectors_of(self, row: int) -> PassageVectors:
        """Everything kept of the passage in a row."""
        first, last = self._first_sentence[row : row + 2]
        begin, end = self._first_token[row : row + 2]
        return PassageVectors(
            self._pooled[row], self._sentences.part(first, last), self._tokens.part(begin, end)
        )

    def heading_vectors(self) -> dict[str, NDArray[np.float16]]:
        """Map each "Title › Heading" line to its vector."""
        return dict(zip(self._heading_lines, self._headings, strict=True))

    def _pooled_rows(self, rows: NDArray[np.int64]) -> Floats:
        return widened(self._pooled.take(rows, axis=0))

    def _article_hit(
        self, positions: list[int], ranked: ranking.Ranked, vector: Floats
    ) -> ArticleHit:
        article = int(self._article_of[ranked.rows[positions[0]]])
        id_, first = self._ids[article], int(self._first_passage[article])
        hits = []
        for at in positions[:_HITS_AN_ARTICLE]:
            row = int(ranked.rows[at])
            late = float(ranked.interaction[at])
            hits.append(
                Hit(
                    id=passage_id(id_, row - first),
                    article=id_,
                    score=float(ranked.score[at]),
                    dense=float(ranked.dense[at]),
                    keyword=float(ranked.keyword[at]),
                    interaction=None if np.isnan(late) else late,
                    title=float(ranked.title[at]),
                    read_passage=partial(self._passage, row),
                    score_sentences=partial(self._sentence_scores, row, vector),
                )
            )
        return ArticleHit(id_, hits[0].score, tuple(hits))

    def _sentence_scores(self, row: int, vector: Floats) -> Floats:
        first, last = self._first_sentence[row : row + 2].tolist()
        return self._sentences.rows(first, last) @ vector

    def _allowed(self, filters: Filters) -> NDArray[np.bool_] | None:
        """Mask of the passages whose article passes, None when every one does."""
        if filters == Filters():
            return None
        articles = zip(
            self._columns["locales"], self._columns["tags"], self._columns["products"], strict=True
        )
        passing = [
            (filters.locale is None or locale is None or _same_language(locale, filters.locale))
            and filters.tags.issubset(tags)
            and (filters.product is None or product == filters.product)
            for locale, tags, product in articles
        ]
        return np.array(passing, dtype=np.bool_)[self._article_of]

    def _read_article(self, row: int) -> Article:
        return layout.parse_article(self._article_lines[row])

    def _read_passage(self, row: int) -> Passage:
        return layout.parse_passage(self._passage_lines[row])


class _Lines:
    """Lines of a file by number, read through a memory map."""

    def __init__(self, path: Path, offsets: Path) -> None:
        self._offsets: NDArray[np.int64] = np.load(offsets)
        with path.open("rb") as file:
            empty = path.stat().st_size == 0
            self._bytes = b"" if empty else mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def __getitem__(self, row: int) -> bytes:
        start, end = self._offsets[row : row + 2].tolist()
        return self._bytes[start:end]


def _array(path: Path) -> NDArray[Any]:
    # As a plain array over the map: NumPy's own memmap class costs more than the reading.
    return np.asarray(np.load(path, mmap_mode="r"))


def _quantised(folder: Path, codes: str, scales: str) -> Quantised:
    return Quantised(_array(folder / codes), _array(folder / scales))


def _same_language(locale: str, wanted: str) -> bool:
    return (
        locale.lower().replace("_", "-").split("-")[0]
        == (wanted.lower().replace("_", "-").split("-")[0])
    )
