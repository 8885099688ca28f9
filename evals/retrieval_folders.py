"""Folders of articles with the questions over them, opened and encoded for measuring."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.naming import titles_of
from bot.queries import plan
from evals.cases import Case, read_cases
from evals.retrieval_systems import System
from knowledge.embedding import Embedder
from knowledge.errors import NoSnapshot
from knowledge.minilm import load_embedder
from knowledge.search import WeightedQuery
from knowledge.snapshot import FolderStore, Snapshot


@dataclass(frozen=True)
class Question:
    """A question that articles answer, encoded; `whole` is all of its queries as one text."""

    id: str
    queries: tuple[WeightedQuery, ...]
    whole: WeightedQuery
    gold: frozenset[str]

    def asked_of(self, system: System) -> tuple[WeightedQuery, ...]:
        """What a system is given."""
        return (self.whole,) if system.takes_one_text else self.queries


@dataclass(frozen=True)
class Folder:
    """A set of articles with the questions over it that some article answers.

    Nothing is fitted on a folder that is for measuring only.
    """

    name: str
    file: Path
    snapshot: Snapshot
    questions: tuple[Question, ...]
    may_fit: bool = True


def open_folders(arguments: Sequence[str], measure_only: Sequence[str] = ()) -> list[Folder]:
    """Open `SNAPSHOTS=QUESTIONS` pairs; `measure_only` names folders not to fit on.

    Raises NoSnapshot for a folder without a snapshot.
    """
    embedder = load_embedder()
    folders = [_folder(argument, embedder) for argument in arguments]
    return [replace(one, may_fit=one.name not in measure_only) for one in folders]


def questions_of(
    cases: Sequence[Case], embedder: Embedder, snapshot: Snapshot
) -> tuple[Question, ...]:
    """Encode the cases that some article answers, as the bot searches for them."""
    return tuple(_question(case, embedder, snapshot) for case in cases if case.gold)


def _folder(argument: str, embedder: Embedder) -> Folder:
    snapshots, _, questions = argument.partition("=")
    store, file = FolderStore(Path(snapshots)), Path(questions)
    current = store.current()
    if current is None:
        raise NoSnapshot(f"{snapshots} holds no snapshot. Ingest the articles there first.")
    snapshot = store.open(current)
    place = Path(snapshots).resolve()
    # A data folder keeps its snapshots in `snapshots/`: the set is named by the folder above.
    name = place.parent.name if place.name == "snapshots" else place.name
    cases = read_cases(file, strip=f"{name}/")
    return Folder(name, file, snapshot, questions_of(cases, embedder, snapshot))


def _question(case: Case, embedder: Embedder, snapshot: Snapshot) -> Question:
    queries = plan(case.dialogue, titles_of(snapshot)).queries
    texts = [query.text for query in queries]
    # A query that another one holds ("topic question" holds the question) is not said twice.
    told = [text for text in texts if not any(text != o and text in o for o in texts)]
    *encoded, whole = embedder.encode([*texts, " ".join(told)])
    weighted = [
        WeightedQuery(query.text, one, query.weight)
        for query, one in zip(queries, encoded, strict=True)
    ]
    return Question(case.id, tuple(weighted), WeightedQuery(" ".join(told), whole), case.gold)
