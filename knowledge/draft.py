"""What is to become a snapshot: articles, passages and their vectors, old ones reused."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.articles import Article, ArticleId
from knowledge.embedding import Embedder, Encoded
from knowledge.errors import SnapshotRefused
from knowledge.files import SnapshotFiles
from knowledge.manifest import Manifest
from knowledge.passages import Passage, SentenceKind
from knowledge.vectors import Floats, PassageVectors, fit_projection, project, quantise

# Token vectors are kept with this many dimensions (measured on seven article folders: see
# evals/fit_search.py; half as many lose about a point of hit@1).
TOKEN_DIMENSIONS = 64
# Passages encoded at once: bounds memory (about 0.4 MB a passage while in flight).
_PASSAGES_AT_ONCE = 256


@dataclass(frozen=True)
class SnapshotDraft:
    """A snapshot before it is published. Passages are grouped by article, in article order.

    `headings` maps each "Title › Heading" to its (dim,) float16 vector. `ingest_state` is kept and
    given back unread: it belongs to the pipeline that made the draft. `kept` names the articles that
    the verified snapshot of `former` holds and that stay as they are; `articles` and what follows
    are the others, and all of them are published by id.
    """

    model_id: str
    dimensions: int
    passage_rules: str
    articles: tuple[Article, ...]
    passages: tuple[Passage, ...]
    vectors: tuple[PassageVectors, ...] = field(repr=False)
    headings: dict[str, NDArray[np.float16]] = field(repr=False)
    projection: Floats = field(repr=False)
    ingest_state: str = field(default="", repr=False)
    kept: frozenset[ArticleId] = frozenset()
    former: SnapshotFiles | None = field(default=None, repr=False)


class Former(Protocol):
    """What a builder reuses of the snapshot before."""

    files: SnapshotFiles

    @property
    def manifest(self) -> Manifest:
        """What it was made with."""
        ...

    def passage_rows_by_key(self) -> dict[bytes, int]:
        """Map each passage's `passage_key` to its row."""
        ...

    def vectors_of(self, row: int) -> PassageVectors:
        """Everything kept of the passage in a row."""
        ...

    def heading_vectors(self) -> dict[str, NDArray[np.float16]]:
        """Map each "Title › Heading" line to its vector."""
        ...


class DraftBuilder:
    """Collects articles with their passages and embeds what the former snapshot does not hold.

    The model is loaded only when there is something to embed. Not safe for concurrent use.
    """

    def __init__(
        self,
        load_embedder: Callable[[], Embedder],
        model_id: str,
        passage_rules: str,
        *,
        former: Former | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        """Build for `model_id` and `passage_rules`; a former snapshot of others is not reused.

        `progress` is told the number of passages done, each time some are.
        """
        self._load = load_embedder
        self._model_id = model_id
        self._rules = passage_rules
        self._progress = progress
        usable = former is not None and former.manifest.model_id == model_id
        self._former = former if usable else None
        self._former_rows = {} if self._former is None else self._former.passage_rows_by_key()
        self._projection = None if self._former is None else self._former.files.projection
        self._embedder: Embedder | None = None
        self._articles: dict[ArticleId, tuple[Article, tuple[Passage, ...]]] = {}
        self._kept: dict[ArticleId, int] = {}
        self._kept_passages = 0
        self._reused = 0
        self._vectors: dict[bytes, PassageVectors] = {}
        self._waiting: dict[bytes, Passage] = {}
        self.embedded = 0
        self.can_keep = _can_keep(self._former, passage_rules)
        """Whether articles of the former snapshot may stay as they are: same model, same rules."""

    @property
    def reused(self) -> int:
        """How many passages were taken from the former snapshot, as they were added or kept."""
        return self._reused + self._kept_passages

    def keep(self, id_: ArticleId) -> None:
        """Let an article of the former snapshot stay as it is, where `can_keep`.

        What was added or kept before under the same id is replaced.
        """
        assert self._former is not None
        assert self.can_keep
        row = self._former.files.rows[id_]
        first, last = self._former.files.first_passage[row : row + 2].tolist()
        self._forget(id_)
        self._kept[id_] = last - first
        self._kept_passages += last - first
        self._tell()

    def add(self, article: Article, passages: Sequence[Passage]) -> None:
        """Add an article; what was added or kept before under the same id is replaced."""
        self._forget(article.id)
        self._articles[article.id] = (article, tuple(passages))
        for passage in passages:
            key = passage_key(passage)
            if key in self._vectors or key in self._waiting:
                continue
            row = self._former_rows.get(key)
            if row is not None and self._former is not None:
                self._vectors[key] = self._former.vectors_of(row)
                self._reused += 1
            else:
                self._waiting[key] = passage
        self._tell()
        if len(self._waiting) >= _PASSAGES_AT_ONCE:
            self._encode_waiting()

    def _forget(self, id_: ArticleId) -> None:
        self._articles.pop(id_, None)
        self._kept_passages -= self._kept.pop(id_, 0)

    def finish(self, ingest_state: str = "") -> SnapshotDraft:
        """Embed what is left and give the draft.

        Raises SnapshotRefused, as `add` does, where the model's vectors hold no numbers.
        """
        self._encode_waiting()
        headings = self._encode_headings()
        dimensions = self._dimensions()
        projection = self._projection
        if projection is None:
            projection = np.eye(dimensions, min(TOKEN_DIMENSIONS, dimensions), dtype=np.float32)
        ordered = [self._articles[id_] for id_ in sorted(self._articles)]
        passages = tuple(passage for _, group in ordered for passage in group)
        return SnapshotDraft(
            model_id=self._model_id,
            dimensions=dimensions,
            passage_rules=self._rules,
            articles=tuple(article for article, _ in ordered),
            passages=passages,
            vectors=tuple(self._vectors[passage_key(passage)] for passage in passages),
            headings=headings,
            projection=projection,
            ingest_state=ingest_state,
            kept=frozenset(self._kept),
            former=self._former.files if self._former and self._kept else None,
        )

    def _dimensions(self) -> int:
        return self._former.manifest.dimensions if self._former else self._model().dimensions

    def _model(self) -> Embedder:
        if self._embedder is None:
            self._embedder = self._load()
        return self._embedder

    def _encode_waiting(self) -> None:
        waiting, self._waiting = self._waiting, {}
        if not waiting:
            return
        passages = list(waiting.values())
        encoded = self._model().encode([passage.index_text for passage in passages])
        if self._projection is None:
            tokens = np.concatenate([one.tokens for one in encoded])
            self._projection = fit_projection(tokens, min(TOKEN_DIMENSIONS, tokens.shape[1]))
        sentences = self._sentence_vectors(passages, encoded)
        for key, passage, one, rows in zip(waiting, passages, encoded, sentences, strict=True):
            kept = one.tokens[_worth_keeping(passage.index_text, one.spans)]
            tokens = project(kept, self._projection)
            pooled = _kept(one.pooled, passage.id)
            self._vectors[key] = PassageVectors(pooled, quantise(rows), quantise(tokens))
        self.embedded += len(passages)
        self._tell()

    def _tell(self) -> None:
        if self._progress is not None:
            self._progress(len(self._vectors) + self._kept_passages)

    def _sentence_vectors(
        self, passages: Sequence[Passage], encoded: Sequence[Encoded]
    ) -> list[Floats]:
        """Pool each sentence from its passage's tokens; encode alone those that have none there.

        A sentence has no tokens of its own when it lies beyond the model's window, or when its
        text does not stand in the passage's (a table row that carries its headers).
        """
        pooled, alone = [], []
        for passage, one in zip(passages, encoded, strict=True):
            rows = np.zeros((len(passage.sentences), one.tokens.shape[1]), dtype=np.float32)
            for n, span in enumerate(_sentence_spans(passage)):
                inside = (one.spans[:, 0] >= span[0]) & (one.spans[:, 1] <= span[1])
                if span[1] > span[0] and inside.any() and one.spans[-1, 1] >= span[1] - 1:
                    total = one.tokens[inside].sum(axis=0)
                    rows[n] = total / max(float(np.linalg.norm(total)), 1e-6)
                else:
                    alone.append((rows, n, passage.sentences[n].text))
            pooled.append(rows)
        if alone:
            texts = [text for _, _, text in alone]
            for (rows, n, _), one in zip(alone, self._model().encode(texts), strict=True):
                rows[n] = one.pooled
        return pooled

    def _encode_headings(self) -> dict[str, NDArray[np.float16]]:
        """Vectors of all "Title › Heading" lines of articles that were added, each embedded once."""
        lines = dict.fromkeys(
            heading_line(passage) for _, group in self._articles.values() for passage in group
        )
        known = {} if self._former is None else self._former.heading_vectors()
        missing = [line for line in lines if line not in known]
        if missing:
            for line, one in zip(missing, self._model().encode(missing), strict=True):
                known[line] = _kept(one.pooled, line)
        return {line: known[line] for line in lines}


def _can_keep(former: Former | None, rules: str) -> bool:
    if former is None or former.manifest.passage_rules != rules:
        return False
    try:
        # Read now: by the time that is published, others may have put its files away.
        return bool(former.files.words) and former.files.found_out is not None
    except OSError:
        return False


def _kept(vector: Floats, name: str) -> NDArray[np.float16]:
    """A vector as it is kept; raises SnapshotRefused where the model gave what is no number."""
    kept = vector.astype(np.float16)
    if not np.isfinite(kept).all():
        raise SnapshotRefused(
            f"The embedding model gives a vector of {name!r} that holds no numbers. The former "
            "snapshot still serves. Choose another model, or change that text."
        )
    return kept


def heading_line(passage: Passage) -> str:
    """Title and headings as one line: what is embedded and indexed as the passage's name."""
    return f"{passage.title} › {passage.heading}" if passage.heading else passage.title


def passage_key(passage: Passage) -> bytes:
    """16 bytes that are equal when two passages have the same text and sentences."""
    digest = hashlib.blake2b(passage.index_text.encode(), digest_size=16)
    for sentence in passage.sentences:
        digest.update(b"\x00")
        digest.update(sentence.text.encode())
    return digest.digest()


def _sentence_spans(passage: Passage) -> list[tuple[int, int]]:
    """Each sentence's code points in the passage's index text; (0, 0) where it is not found."""
    at = max(0, passage.index_text.find("\n"))
    spans = []
    for sentence in passage.sentences:
        # A heading stands in the first line, "Title › Heading", and does not move the search on.
        heading = sentence.kind is SentenceKind.HEADING
        start = passage.index_text.find(sentence.text, 0 if heading else at)
        if start < 0 or not sentence.text:
            spans.append((0, 0))
            continue
        end = start + len(sentence.text)
        at = at if heading else end
        spans.append((start, end))
    return spans


def _worth_keeping(text: str, spans: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Tokens that hold a letter or digit: punctuation answers no question."""
    kept = [any(char.isalnum() for char in text[start:end]) for start, end in spans.tolist()]
    return np.array(kept, dtype=np.bool_).reshape(-1)
