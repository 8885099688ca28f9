"""Questions beside passages, for tuning what reads them together (`evals/fit_reading.py`).

`evals/reading` holds passages, most of invented help centres, each with questions that it answers (and
the words that do) and near misses, questions about the same thing in the same forms that it leaves
open; some follow on an earlier question of the same customer. The companies of `evals/companies` give
pairs of questions on passages as search finds them.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from evals.measure_near_misses import COMPANIES
from evals.sample import snapshot_of
from knowledge.articles import ArticleId
from knowledge.embedding import Embedder
from knowledge.search import WeightedQuery
from knowledge.snapshot import Snapshot

READING: Final = Path(__file__).parent / "reading"
_LIKE: Final = slice(8, 60)  # of the passages most like a question: nearer ones may answer it
_LENGTHENED: Final = 0.3  # of the passages: an article has more than one matter
_LONG: Final = 900  # characters: longer ones are not lengthened
_AFTER_ANOTHER: Final = 0.2  # of the questions that stand alone

KEPT_ASIDE: Final = ("glidelo", "medishore", "rollaway", "tidewell")
"""Companies that are never tuned on, to measure with."""

Span = tuple[int, int]


@dataclass(frozen=True)
class Thread:
    """Questions asked after `earlier` ("" for none), with the span of the answer, and near misses."""

    earlier: str
    answered: tuple[tuple[str, Span], ...]
    near_misses: tuple[str, ...]

    @property
    def questions(self) -> tuple[str, ...]:
        """All of them."""
        return (*(question for question, _ in self.answered), *self.near_misses)


@dataclass(frozen=True)
class Written:
    """A passage and what is asked about it."""

    title: str
    body: str
    threads: tuple[Thread, ...]

    @property
    def text(self) -> str:
        """Title and body, as search indexes a passage; spans count from its start."""
        return f"{self.title}\n{self.body}"


@dataclass(frozen=True)
class Example:
    """A question beside a passage, perhaps after an `earlier` one.

    `span` (code points, end exclusive) answers it, None: nothing does.
    """

    question: str
    passage: str
    span: Span | None
    earlier: str = ""


def read_written(folder: Path = READING) -> list[Written]:
    """Read the passages of all files in a folder, in order.

    Raises ValueError, naming the passage, where an answer does not stand in it.
    """
    return [one for path in written_files(folder) for one in written_in(path)]


def written_files(folder: Path = READING) -> list[Path]:
    """The files of a folder, in order."""
    return sorted(folder.glob("*.jsonl"))


def written_in(path: Path) -> list[Written]:
    """Read the passages of one file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_written(json.loads(line)) for line in lines]


def _written(fields: dict[str, Any]) -> Written:
    title, body = fields["title"], fields["passage"]
    threads = []
    for thread in fields.get("dialogues", [fields]):
        answered = []
        for question, answer in thread["yes"]:
            if answer not in body:
                raise ValueError(f"{title!r} does not hold {answer!r}, the answer to {question!r}.")
            at = body.index(answer) + len(title) + 1
            answered.append((question, (at, at + len(answer))))
        earlier = thread["before"][0] if "before" in thread else ""
        threads.append(Thread(earlier, tuple(answered), tuple(thread["no"])))
    return Written(title, body, tuple(threads))


def written_examples(written: Sequence[Written], embedder: Embedder, seed: int) -> list[Example]:
    """Pair questions with their own passages, some lengthened, and two a passage with others.

    Some that stand alone get an earlier question that they do not lean on.
    """
    random = np.random.default_rng(seed)
    vectors = np.stack([one.pooled for one in embedder.encode([one.text for one in written])])
    drawn = [_drawn(one, random) for one in written]
    asked = np.stack([one.pooled for one in embedder.encode([q for q, _ in drawn])])
    found = []
    for n, one in enumerate(written):
        for own in _own(one):
            other = written[int(random.integers(len(written)))]
            example = _lengthened(own, one, other, random)
            found.append(_after_another(example, one, other, random))
        beside = written[(n + int(random.choice([-2, -1, 1, 2]))) % len(written)]
        question, earlier = _drawn(one, random)
        found.append(Example(question, beside.text, None, earlier))
        like = [m for m in np.argsort(-(vectors @ asked[n])).tolist() if m != n][_LIKE]
        if like:
            question, earlier = drawn[n]
            other = written[like[int(random.integers(len(like)))]]
            found.append(Example(question, other.text, None, earlier))
    return found


def _own(one: Written) -> Iterator[Example]:
    for thread in one.threads:
        for question, span in thread.answered:
            yield Example(question, one.text, span, thread.earlier)
        for question in thread.near_misses:
            yield Example(question, one.text, None, thread.earlier)


def _drawn(one: Written, random: np.random.Generator) -> tuple[str, str]:
    """An answered question and the one it follows on."""
    thread = one.threads[int(random.integers(len(one.threads)))]
    return thread.answered[int(random.integers(len(thread.answered)))][0], thread.earlier


def _after_another(
    example: Example, one: Written, other: Written, random: np.random.Generator
) -> Example:
    """Some examples that stand alone after a question that changes nothing."""
    if example.earlier or random.random() > _AFTER_ANOTHER:
        return example
    asked = (one if random.random() < 0.6 else other).threads[0].questions
    earlier = asked[int(random.integers(len(asked)))]
    return example if earlier == example.question else replace(example, earlier=earlier)


def _lengthened(
    example: Example, one: Written, other: Written, random: np.random.Generator
) -> Example:
    """Some examples with another passage's body before or behind their own."""
    if other is one or len(one.text) > _LONG or random.random() > _LENGTHENED:
        return example
    if random.random() < 0.5:
        return replace(example, passage=f"{one.text}\n{other.body}")
    moved = len(other.body) + 1
    span = example.span and (example.span[0] + moved, example.span[1] + moved)
    return replace(example, passage=f"{one.title}\n{other.body}\n{one.body}", span=span)


def company_examples(data: Path, embedder: Embedder, names: Sequence[str]) -> list[Example]:
    """Pairs of companies' questions on passages as search finds them.

    An answered question stands beside its own passage and beside the best of another article, its twin
    beside the same passage and beside the best that search finds for it. `data` is where snapshots
    are kept.
    """
    found: list[Example] = []
    for name in names:
        snapshot, cases = _company(data, embedder, name)
        found += _of_company(snapshot, cases, embedder)
    return found


def twin_examples(data: Path, embedder: Embedder, names: Sequence[str]) -> list[Example]:
    """Companies' questions on the passages that answer them, and their twins on the same passages."""
    found: list[Example] = []
    for name in names:
        snapshot, cases = _company(data, embedder, name)
        golden = _golden(snapshot, cases)
        found += [
            Example(case["question"], place[0], place[1] if case["answerable"] else None)
            for case in cases
            if (place := golden.get(case["pair"])) is not None
        ]
    return found


def all_companies() -> list[str]:
    """The companies' names, in order."""
    return sorted(path.name for path in COMPANIES.iterdir() if path.is_dir())


def _company(
    data: Path, embedder: Embedder, name: str
) -> tuple[Snapshot, Sequence[dict[str, Any]]]:
    folder = COMPANIES / name
    lines = (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    snapshot = snapshot_of([folder / "articles"], data / name, embedder)
    return snapshot, [json.loads(line) for line in lines]


def _golden(snapshot: Snapshot, cases: Sequence[dict[str, Any]]) -> dict[int, tuple[str, Span]]:
    """Each pair's passage that answers, and where."""
    return {
        case["pair"]: place
        for case in cases
        if case["answerable"] and (place := _place(snapshot, case)) is not None
    }


def _of_company(
    snapshot: Snapshot, cases: Sequence[dict[str, Any]], embedder: Embedder
) -> Iterator[Example]:
    golden = _golden(snapshot, cases)
    encoded = embedder.encode([case["question"] for case in cases])
    for case, one in zip(cases, encoded, strict=True):
        question, place = case["question"], golden.get(case["pair"])
        findings = snapshot.search_encoded([WeightedQuery(question, one)])
        firsts = [article.hits[0] for article in findings.articles]
        if place is not None:
            yield Example(question, place[0], place[1] if case["answerable"] else None)
        if case["answerable"]:
            others = [hit for hit in firsts if hit.article != case["gold_article"]]
        else:
            others = [hit for hit in firsts if place is None or hit.passage.index_text != place[0]]
        yield from (Example(question, hit.passage.index_text, None) for hit in others[:1])


def _place(snapshot: Snapshot, case: dict[str, Any]) -> tuple[str, Span] | None:
    """The passage that holds a case's evidence, and where its sentence stands in it."""
    id_ = ArticleId(case["gold_article"])
    article = snapshot.article(id_)
    at = -1 if article is None else article.text.find(case["evidence"])
    if at < 0:
        return None
    for passage in snapshot.passages(id_):
        for sentence in passage.sentences:
            start = passage.index_text.find(sentence.text)
            if sentence.start <= at < sentence.end and start >= 0:
                return passage.index_text, (start, start + len(sentence.text))
    return None
