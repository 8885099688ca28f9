"""An open snapshot: articles and passages by name, and search over them."""

from collections.abc import Collection, Iterator, Sequence
from functools import cached_property, lru_cache, partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge import manifest, ranking, records
from knowledge.articles import Article, ArticleId
from knowledge.embedding import Embedder, Encoded
from knowledge.errors import SnapshotMismatch
from knowledge.files import (
    ARTICLE_WORDS,
    BODY_WORDS,
    CODES,
    HEADING_CODES,
    TITLE_WORDS,
    SnapshotFiles,
)
from knowledge.finder import Finder, Stored, mean_vector
from knowledge.keywords import KeywordIndex
from knowledge.links import ArticleLinks
from knowledge.manifest import Generation, Manifest
from knowledge.nearest import DenseIndex
from knowledge.passages import Passage, passage_id
from knowledge.search import ArticleHit, Filters, Findings, Hit, WeightedQuery
from knowledge.vectors import Floats, PassageVectors, widened

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
        files = SnapshotFiles(folder)
        self.files = files
        counts = np.diff(files.first_passage)
        self._article_of = np.repeat(np.arange(len(files.ids), dtype=np.int64), counts)
        stored = Stored(
            heading_of=files.heading_of,
            sentences=files.sentences,
            first_sentence=files.first_sentence,
            tokens=files.tokens,
            first_token=files.first_token,
            projection=files.projection,
            article_of=self._article_of,
            points_to=files.points_to,
        )
        counted = self.manifest
        self.finder = Finder(
            stored,
            dense=DenseIndex(files.pooled, folder / CODES),
            headings=DenseIndex(files.headings, folder / HEADING_CODES),
            body=KeywordIndex(folder / BODY_WORDS, counted.passage_count),
            titles=KeywordIndex(folder / TITLE_WORDS, counted.passage_count),
            articles=KeywordIndex(folder / ARTICLE_WORDS, counted.article_count),
        )
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
        return ArticleLinks(dict(zip(self.files.ids, self.files.columns["urls"], strict=True)))

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

    @property
    def projection(self) -> Floats:
        """Of its token vectors: (dim, token dimensions)."""
        return self.files.projection

    @property
    def ingest_state(self) -> str:
        """What the pipeline that made it wanted kept."""
        return self.files.ingest_state

    @property
    def article_ids(self) -> Sequence[ArticleId]:
        """The ids of all articles, in order."""
        return self.files.ids

    def article(self, id_: ArticleId) -> Article | None:
        """Give an article, None when the snapshot does not hold it."""
        row = self.files.rows.get(id_)
        return None if row is None else self._article(row)

    def articles(self) -> Iterator[Article]:
        """Give all articles, by id."""
        return (self._read_article(row) for row in range(len(self.files.ids)))

    def passages(self, id_: ArticleId) -> tuple[Passage, ...]:
        """Give an article's passages in document order; none for an unknown article."""
        row = self.files.rows.get(id_)
        if row is None:
            return ()
        first, last = self.files.first_passage[row : row + 2].tolist()
        return tuple(self._passage(n) for n in range(first, last))

    def passage_count(self, id_: ArticleId) -> int:
        """Count an article's passages; 0 for an unknown article."""
        row = self.files.rows.get(id_)
        return 0 if row is None else int(np.diff(self.files.first_passage[row : row + 2])[0])

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
        known = [self.files.rows[ArticleId(id_)] for id_ in ids if id_ in self.files.rows]
        return np.isin(self._article_of, known)

    def passage_rows_by_key(self) -> dict[bytes, int]:
        """Map each passage's content key to its row, for a builder that reuses vectors."""
        return {key.tobytes(): row for row, key in enumerate(np.asarray(self.files.keys))}

    def vectors_of(self, row: int) -> PassageVectors:
        """Everything kept of the passage in a row."""
        first, last = self.files.first_sentence[row : row + 2]
        begin, end = self.files.first_token[row : row + 2]
        return PassageVectors(
            self.files.pooled[row],
            self.files.sentences.part(first, last),
            self.files.tokens.part(begin, end),
        )

    def heading_vectors(self) -> dict[str, NDArray[np.float16]]:
        """Map each "Title › Heading" line to its vector."""
        return dict(zip(self.files.heading_lines, self.files.headings, strict=True))

    def _pooled_rows(self, rows: NDArray[np.int64]) -> Floats:
        return widened(self.files.pooled.take(rows, axis=0))

    def _article_hit(
        self, positions: list[int], ranked: ranking.Ranked, vector: Floats
    ) -> ArticleHit:
        article = int(self._article_of[ranked.rows[positions[0]]])
        id_, first = self.files.ids[article], int(self.files.first_passage[article])
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
        first, last = self.files.first_sentence[row : row + 2].tolist()
        return self.files.sentences.rows(first, last) @ vector

    def _allowed(self, filters: Filters) -> NDArray[np.bool_] | None:
        """Mask of the passages whose article passes, None when every one does."""
        if filters == Filters():
            return None
        articles = zip(
            self.files.columns["locales"],
            self.files.columns["tags"],
            self.files.columns["products"],
            strict=True,
        )
        passing = [
            (filters.locale is None or locale is None or _same_language(locale, filters.locale))
            and filters.tags.issubset(tags)
            and (filters.product is None or product == filters.product)
            for locale, tags, product in articles
        ]
        return np.array(passing, dtype=np.bool_)[self._article_of]

    def _read_article(self, row: int) -> Article:
        return records.parse_article(self.files.articles[row])

    def _read_passage(self, row: int) -> Passage:
        return records.parse_passage(self.files.passages[row])


def _same_language(locale: str, wanted: str) -> bool:
    return (
        locale.lower().replace("_", "-").split("-")[0]
        == (wanted.lower().replace("_", "-").split("-")[0])
    )
