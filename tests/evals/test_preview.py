"""A preview says what a publish would do, and publishes nothing."""

import html
import json
import re
from pathlib import Path

import pytest

from bot.assistant import Assistant
from bot.dialogue import Citation, Decision, Dialogue, Reply, ReplySentence, Speaker, Turn
from evals.errors import CaseFileError
from evals.preview import (
    Effect,
    Preview,
    Question,
    candidate,
    compare,
    fold,
    read_questions,
    replay,
)
from evals.preview_report import as_html, as_json, as_text, differing
from ingest import pipeline
from ingest.report import Report
from ingest.sources import SourceSpec
from knowledge.errors import SnapshotMismatch
from knowledge.hashing import HashEmbedder
from knowledge.snapshot import FolderStore, Snapshot

EMBEDDER = HashEmbedder()
ARTICLES = {
    "returns.md": "# Returns\n\nYou can return anything within 30 days of delivery.\n",
    "hub.md": "# Resetting the hub\n\nHold the button of the hub for ten seconds.\n",
    "invoices.md": "# Invoices\n\nInvoices stand in your account under Billing.\n",
}
HOSTILE = '<script>alert(1)</script> & "quoted" {{ 7*7 }}'


def question(text: str, times: int = 1) -> Question:
    """A question without history."""
    return Question(Dialogue((Turn(Speaker.CUSTOMER, text),)), "test", times)


def answer(article: str, text: str) -> Reply:
    """An answer of one sentence."""
    cited = Citation(article, article.title(), None, text, 0, len(text))
    return Reply(Decision.ANSWER, text, (ReplySentence(text, 0),), (cited,), confidence=0.8)


NONE = Reply(Decision.OFFER_HUMAN, "Shall I get a person?", confidence=0.1)
DECLINED = Reply(Decision.DECLINE, "I could not find that.", confidence=0.1)


def an_ingest() -> Report:
    """The report of a run that changed one article."""
    return Report(
        "000001-a", False, True, 3, 3, 3, 1, 2, (), ("returns.md",), (), (), 2, (), 0.1
    )  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "effect"),
    [
        (answer("a.md", "x"), NONE, Effect.LOST),
        (NONE, answer("a.md", "x"), Effect.GAINED),
        (answer("a.md", "x"), answer("b.md", "x"), Effect.SOURCE),
        (answer("a.md", "x"), answer("a.md", "y"), Effect.WORDING),
        (answer("a.md", "x"), answer("a.md", "x"), Effect.SAME),
        (NONE, DECLINED, Effect.DECISION),
        (NONE, NONE, Effect.SAME),
    ],
    ids=lambda value: value.value if isinstance(value, Effect) else "",
)
def test_each_change_has_its_name(before: Reply, after: Reply, effect: Effect) -> None:
    assert compare(question("q"), before, after).effect is effect


def test_a_renamed_source_is_the_same_source() -> None:
    old, new = answer("a.md", "x"), answer("b.md", "x")
    assert compare(question("q"), old, new, renamed={"a.md": "b.md"}).effect is Effect.SAME


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder of three articles."""
    folder = tmp_path / "articles"
    folder.mkdir()
    for name, text in ARTICLES.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture
def store(source: Path, tmp_path: Path) -> FolderStore:
    """The articles, published."""
    published = FolderStore(tmp_path / "data" / "snapshots")
    pipeline.run([SourceSpec(str(source))], published, lambda: EMBEDDER, EMBEDDER.model_id)
    return published


def served(store: FolderStore) -> Snapshot:
    """The snapshot that is current."""
    current = store.current()
    assert current is not None
    return store.open(current)


def test_candidate_answers_from_the_change_while_nothing_is_published(
    store: FolderStore, source: Path, tmp_path: Path
) -> None:
    (source / "hub.md").unlink()
    (source / "returns.md").write_text("# Returns\n\nYou can return anything within 60 days.\n")
    asked = [
        question("return anything within days"),
        question("hold the button of the hub for ten seconds"),
    ]
    before = store.current()

    with candidate(store, tmp_path / "data") as aside:
        report = pipeline.run(
            [SourceSpec(str(source))], aside, lambda: EMBEDDER, EMBEDDER.model_id, force=True
        )
        after = aside.open_candidate()
        replayed = replay(asked, served(store), after, Assistant(EMBEDDER), EMBEDDER)

    assert (report.changed, report.removed) == (("returns.md",), ("hub.md",))
    assert report.reused == 1
    returns, hub = replayed
    assert (returns.effect, hub.effect) == (Effect.WORDING, Effect.LOST)
    assert "60 days" in returns.after.text
    assert hub.gone == "hub.md"
    assert (store.current(), len(store.list())) == (before, 1)
    assert not list((tmp_path / "data").glob(".preview-*"))


def test_what_a_killed_preview_left_is_swept(store: FolderStore, tmp_path: Path) -> None:
    left = tmp_path / "data" / ".preview-killed"
    left.mkdir()
    with candidate(store, tmp_path / "data") as aside:
        assert not left.exists()
        assert aside.open_candidate() is None


def test_first_publish_is_compared_with_silence(source: Path, tmp_path: Path) -> None:
    nothing = FolderStore(tmp_path / "fresh" / "snapshots")
    with candidate(nothing, tmp_path / "fresh") as aside:
        pipeline.run([SourceSpec(str(source))], aside, lambda: EMBEDDER, EMBEDDER.model_id)
        asked = [question("hold the button of the hub for ten seconds")]
        (one,) = replay(asked, None, aside.open_candidate(), Assistant(EMBEDDER), EMBEDDER)
    assert one.effect is Effect.GAINED


def test_snapshot_of_another_model_is_refused(store: FolderStore) -> None:
    class Other(HashEmbedder):
        model_id = "other@1"

    snapshot = served(store)
    with pytest.raises(SnapshotMismatch, match="other@1"):
        replay([question("q")], snapshot, snapshot, Assistant(EMBEDDER), Other())


def test_questions_are_read_with_their_history(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    history = [{"role": "user", "text": "hi"}, {"role": "assistant", "text": "Hello."}]
    lines = [{"question": "And to Norway?", "history": history}, {"question": "Price?", "x": 1}]
    file.write_text("\n".join(json.dumps(line) for line in lines) + "\n\n")
    first, second = read_questions(file)
    speakers = [turn.speaker for turn in first.dialogue.turns]
    assert speakers == [Speaker.CUSTOMER, Speaker.BOT, Speaker.CUSTOMER]
    assert (first.text, second.text) == ("And to Norway?", "Price?")


@pytest.mark.parametrize(
    ("content", "words"),
    [(b'{"question": "a"}\nnonsense\n', "line 2"), (b'{"q": 1}', "question"), (b"\xff", "UTF-8")],
    ids=["not-json", "no-question", "not-text"],
)
def test_unreadable_question_is_named(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_bytes(content)
    with pytest.raises(CaseFileError, match=words):
        read_questions(file)


def test_missing_file_of_questions_is_named(tmp_path: Path) -> None:
    with pytest.raises(CaseFileError, match="nowhere"):
        read_questions(tmp_path / "nowhere.jsonl")


def test_questions_asked_alike_are_replayed_once_and_counted() -> None:
    folded = fold([question("Where is it?"), question("  where is IT?"), question("Else?")])
    assert [(one.text, one.times) for one in folded] == [("Where is it?", 2), ("Else?", 1)]


def a_preview() -> Preview:
    """One lost answer with hostile text everywhere, one in other words, one as before."""
    return Preview(
        an_ingest(),
        (
            compare(question(HOSTILE, 3), answer("a.md", HOSTILE), NONE),
            compare(
                question("days?"), answer("r.md", "In 30 days."), answer("r.md", "In 60 days.")
            ),
            compare(question("same?"), NONE, NONE),
        ),
    )


def test_text_says_counts_and_both_sides() -> None:
    text = as_text(a_preview())
    assert "3 questions replayed: 1 answer lost, 0 gained, 1 changed, 1 as before." in text
    assert "before: [r.md] In 30 days." in text
    assert "after:  [r.md] In 60 days." in text
    assert "(3 times)" in text


def test_json_holds_every_question_that_changes() -> None:
    data = json.loads(json.dumps(as_json(a_preview())))
    assert data["counts"] == {
        "lost": 1, "source": 0, "wording": 1, "gained": 0, "decision": 0, "same": 1,
    }  # fmt: skip
    assert [change["effect"] for change in data["changes"]] == ["lost", "wording"]
    assert data["changes"][1]["before"]["answer"] == "In 30 days."


def test_page_needs_nothing_else_and_shows_hostile_text_as_text() -> None:
    page = as_html(a_preview(), ":root { --ink: black; }", limit=0)
    assert "<script" not in page
    assert html.escape(HOSTILE).replace("&quot;", "&#34;") in page
    assert re.findall(r"(?:src|href)=|@import|url\(", page) == []
    assert "<del>30</del>" in page
    assert "<ins>60</ins>" in page
    assert "Beyond the limit of 0 lost answers" in page


def test_pieces_of_two_texts_join_to_the_texts() -> None:
    before, after = differing("In 30 days,\n at last", "Within 30 working days, at last")
    assert "".join(piece.text for piece in before) == "In 30 days,\n at last"
    assert "".join(piece.text for piece in after) == "Within 30 working days, at last"
