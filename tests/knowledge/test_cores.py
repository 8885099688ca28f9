import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from knowledge import cores


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """What a machine of two cores says of itself."""
    monkeypatch.setattr(cores, "COUNT", 2)
    monkeypatch.setattr(cores, "_RUNNING", tmp_path / "loadavg")
    cores._opened.cache_clear()
    yield tmp_path / "loadavg"
    cores._opened.cache_clear()


@pytest.mark.parametrize(
    ("running", "spare"),
    [
        pytest.param("0.20 0.18 0.12 1/80 11206", True, id="only-we-run"),
        pytest.param("0.20 0.18 0.12 2/80 11206", False, id="another-runs-too"),
        pytest.param("9.20 8.18 7.12 11/380 11206", False, id="many-wait"),
        pytest.param("0.00 0.00 0.00 0/0 0", False, id="a-sandbox-that-counts-nobody"),
        pytest.param("nonsense", False, id="another-system's-file"),
        pytest.param("0.20 0.18 0.12 some/80 11206", False, id="no-number"),
        pytest.param(None, False, id="no-such-file"),
    ],
)
def test_a_core_is_spare_while_nothing_else_runs(
    told: Path, running: str | None, spare: bool
) -> None:
    if running is not None:
        told.write_text(running)
    assert cores.spare() is spare


def test_the_only_core_is_never_spare(told: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cores, "COUNT", 1)
    told.write_text("0.20 0.18 0.12 1/80 11206")
    assert not cores.spare()


@pytest.mark.parametrize(
    ("quota", "ours"),
    [
        pytest.param("max 100000", 8, id="none"),
        pytest.param("250000 100000", 2, id="two-and-a-half"),
        pytest.param("50000 100000", 1, id="half-a-core"),
        pytest.param("900000 100000", 8, id="more-than-there-are"),
        pytest.param("nonsense", 8, id="another-system's-file"),
        pytest.param(None, 8, id="no-such-file"),
    ],
)
def test_a_containers_quota_bounds_the_cores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quota: str | None, ours: int
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    monkeypatch.setattr(cores, "_QUOTA", tmp_path / "cpu.max")
    if quota is not None:
        (tmp_path / "cpu.max").write_text(quota)
    assert cores._ours() == ours


@pytest.mark.parametrize("spare", [True, False])
def test_work_is_done_beside_the_caller_where_a_core_is_spare(
    monkeypatch: pytest.MonkeyPatch, spare: bool
) -> None:
    monkeypatch.setattr(cores, "spare", lambda: spare)
    begun = threading.Event()

    def work() -> threading.Thread:
        begun.set()
        return threading.current_thread()

    result = cores.begin(work)
    assert begun.wait(30 if spare else 0) is spare
    assert (result() is threading.current_thread()) is not spare


@pytest.mark.parametrize("spare", [True, False])
def test_an_error_reaches_whoever_asks_for_the_result(
    monkeypatch: pytest.MonkeyPatch, spare: bool
) -> None:
    monkeypatch.setattr(cores, "spare", lambda: spare)
    result = cores.begin(lambda: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        result()


def test_what_the_helper_has_not_come_to_the_caller_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cores, "spare", lambda: True)
    go_on = threading.Event()
    long = cores.begin(go_on.wait)
    assert cores.begin(threading.current_thread)() is threading.current_thread()
    go_on.set()
    assert long()


def test_an_ending_process_does_its_work_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = ThreadPoolExecutor(1)
    ended.shutdown()
    monkeypatch.setattr(cores, "spare", lambda: True)
    monkeypatch.setattr(cores, "_helper", lambda _: ended)
    assert cores.begin(threading.current_thread)() is threading.current_thread()


def test_a_forked_process_has_a_helper_of_its_own() -> None:
    assert cores._helper(1) is not cores._helper(2)
    assert cores._helper(1) is cores._helper(1)
