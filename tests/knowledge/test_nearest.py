from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import faiss
import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge import nearest
from knowledge.nearest import DenseIndex
from knowledge.vectors import Floats, widened

# Up to how many rows all are compared, and from how many on they are listed.
EXACT, CODED, LISTED = (100_000, 100_000), (100, 100_000), (100, 100)


def topics(count: int, dimensions: int = 64) -> NDArray[np.float16]:
    """Rows as texts give them: some about the same, most about something else."""
    random = np.random.default_rng(1)
    centres = random.standard_normal((count // 20, dimensions))
    rows = centres[random.integers(0, len(centres), count)]
    rows = rows + 0.5 * random.standard_normal((count, dimensions))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16)


def opened(rows: NDArray[np.float16], folder: Path) -> DenseIndex:
    nearest.write(folder / "codes.faiss", rows)
    return DenseIndex(rows, folder / "codes.faiss")


@pytest.mark.parametrize("limits", [EXACT, CODED, LISTED], ids=["exact", "coded", "listed"])
class TestEveryWay:
    @pytest.fixture(autouse=True)
    def way(self, limits: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(nearest, "FLAT_UP_TO", limits[0])
        monkeypatch.setattr(nearest, "LISTED_FROM", limits[1])

    def test_the_nearest_are_the_exact_nearest(self, tmp_path: Path) -> None:
        rows = topics(2000)
        index = opened(rows, tmp_path)
        for row in range(0, 2000, 200):
            query: Floats = rows[row].astype(np.float32)
            exact = np.argsort(-(rows.astype(np.float32) @ query), kind="stable")
            assert index.nearest(query, 10, None).tolist() == exact[:10].tolist()

    @pytest.mark.parametrize("every", [2, 400], ids=["many-allowed", "few-allowed"])
    def test_only_what_is_allowed_is_found_and_all_of_it_that_fits(
        self, every: int, tmp_path: Path
    ) -> None:
        rows = topics(2000)
        index, query = opened(rows, tmp_path), rows[7].astype(np.float32)
        allowed = np.zeros(2000, dtype=np.bool_)
        allowed[::every] = True
        exact = np.argsort(-(rows.astype(np.float32) @ query), kind="stable")
        exact = exact[allowed[exact]][:10]
        assert index.nearest(query, 10, allowed).tolist() == exact.tolist()

    def test_what_is_far_from_the_question_is_found_when_nothing_else_is_allowed(
        self, tmp_path: Path
    ) -> None:
        rows = topics(2000)
        index, query = opened(rows, tmp_path), rows[7].astype(np.float32)
        exact = np.argsort(-(rows.astype(np.float32) @ query), kind="stable")
        allowed = np.zeros(2000, dtype=np.bool_)
        allowed[exact[1500:]] = True
        found = index.nearest(query, 5, allowed)
        # By codes the far are told apart less well than the near: of 500, they are among the best.
        assert len(set(found.tolist()) & set(exact[1500:1550].tolist())) == 5

    def test_more_than_there_are_gives_all_there_are(self, tmp_path: Path) -> None:
        rows = topics(200)
        found = opened(rows, tmp_path).nearest(rows[0].astype(np.float32), 500, None)
        assert sorted(found.tolist()) == list(range(200))


@pytest.mark.parametrize("work", ["write", "search"])
def test_faiss_works_in_the_callers_thread_alone(
    work: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nearest, "FLAT_UP_TO", 100)
    rows, codes = topics(2000), tmp_path / "codes.faiss"
    index = opened(rows, tmp_path)
    deeds: dict[str, Callable[[], object]] = {
        "write": lambda: nearest.write(codes, rows),
        "search": lambda: index.nearest(widened(rows[:1])[0], 10, None),
    }
    with ThreadPoolExecutor(1) as fresh:
        fresh.submit(faiss.omp_set_num_threads, 2).result()
        fresh.submit(deeds[work]).result()
        assert fresh.submit(faiss.omp_get_max_threads).result() == 1


def test_nothing_has_no_nearest(tmp_path: Path) -> None:
    index = opened(np.empty((0, 64), np.float16), tmp_path)
    assert index.nearest(np.ones(64, np.float32), 5, None).tolist() == []


def test_few_rows_need_no_file(tmp_path: Path) -> None:
    opened(topics(200), tmp_path)
    assert not list(tmp_path.iterdir())
