"""`warmline eval` on an owner's own folder and cases, as a real process."""

import json
from pathlib import Path

import pytest

from bot.tone import load_tone
from evals.suites import suites
from tests.web.command_line import warmline, write_articles
from web.commands.evaluate import SUITES

CASES = (
    {"id": "a", "question": "delivery to Norway", "gold_article": "kb/delivery.md"},
    {"id": "b", "question": "resetting the hub button", "gold_article": "kb/hub.md"},
    {"id": "c", "question": "who won the cup", "gold_article": None, "answerable": False},
    {"id": "d", "question": "hello", "expect": "smalltalk"},
    {"id": "e", "text": "<script>alert(1)</script>", "kind": "xss"},
)


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    file = tmp_path / "cases.jsonl"
    file.write_text("".join(json.dumps(case) + "\n" for case in CASES), encoding="utf-8")
    return file


def test_a_folder_and_a_question_file_are_measured_and_compared(
    tmp_path: Path, cases: Path
) -> None:
    articles = write_articles(tmp_path / "kb")
    args = ("eval", "--cases", cases, "--articles", articles, "--data", tmp_path / "data")
    page = tmp_path / "report.html"
    done = warmline(*args, "--json", "--html", page)
    assert done.returncode == 0, done.stderr
    assert "How well does it answer?" in page.read_text(encoding="utf-8")
    first = json.loads(done.stdout)
    assert first["figures"]["retrieval/hit@1"]["count"] == 2
    assert first["figures"]["retrieval/hit@1"]["change"] is None
    assert {case["id"] for case in first["cases"]} == set("abcde")
    again = warmline(*args, "--json", "--suite", "retrieval")
    assert again.returncode == 0, again.stderr
    second = json.loads(again.stdout)
    assert second["figures"]["retrieval/hit@1"]["change"] == 0.0
    assert set(second["figures"]) == {
        f"retrieval/{name}" for name in ("hit@1", "hit@3", "hit@5", "hit@10", "mrr")
    }


def test_an_own_gate_shuts_with_a_sentence(tmp_path: Path, cases: Path) -> None:
    limits = tmp_path / "limits.toml"
    limits.write_text('[retrieval]\n"hit@1" = { at_least = 1.1 }\n', encoding="utf-8")
    articles = write_articles(tmp_path / "kb")
    done = warmline(
        "eval", "--cases", cases, "--articles", articles, "--data", tmp_path / "data",
        "--gate", "--limits", limits,
    )  # fmt: skip
    assert done.returncode == 1
    assert "retrieval/hit@1 at least 1.1" in done.stderr.decode()


@pytest.mark.parametrize(
    "args",
    [("--articles", "kb"), ("--gate", "--locked"), ("--suite", "x"), ("--cases", "c", "--gate")],
    ids=" ".join,
)
def test_what_does_not_go_together_is_wrong_usage(args: tuple[str, ...], tmp_path: Path) -> None:
    assert warmline("eval", *args, "--data", tmp_path).returncode == 2


def test_every_suite_can_be_chosen() -> None:
    assert tuple(suite.name for suite in suites(load_tone())) == SUITES
