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


def test_transcripts_are_calibrated_on_and_the_file_is_picked_up(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "transcripts.jsonl"
    assert warmline("ingest", write_articles(tmp_path / "kb"), "--data", data).returncode == 0
    few = [{"question": "delivery to Norway", "gold_article": "delivery.md"}]
    file.write_text(json.dumps(few[0]) + "\n", encoding="utf-8")
    refused = warmline("calibrate", file, "--data", data)
    assert refused.returncode == 1
    assert "At least 60 are needed" in refused.stderr.decode()
    lines = [
        {"question": f"how long does delivery to Norway take {n}", "gold_article": "delivery.md"}
        for n in range(40)
    ] + [{"question": f"who won the cup in {1900 + n}", "gold_article": None} for n in range(40)]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    page = tmp_path / "page.html"
    done = warmline("calibrate", file, "--data", data, "--json", "--html", page)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["questions"], told["unanswerable"]) == (80, 40)
    assert told["errors_answered"]["value"] <= 0.1
    assert "When is it sure enough" in page.read_text(encoding="utf-8")
    made = data / "confidence.json"
    picked = {"WARMLINE_CONFIDENCE_FILE": str(made)}
    asked = warmline("ask", "delivery to Norway", "--json", "--data", data, **picked)
    assert asked.returncode == 0, asked.stderr
    made.write_text(made.read_text("utf-8").replace("hash-128", "another"), encoding="utf-8")
    refused = warmline("ask", "delivery to Norway", "--data", data, **picked)
    assert refused.returncode == 1
    assert "Run `warmline calibrate` again" in refused.stderr.decode()
