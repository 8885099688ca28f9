"""Worded answers end to end: a real chat client, a real HTTP endpoint, and every way it can fail."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from bot.assistant import Assistant
from bot.dialogue import Decision, Dialogue, Reply, Speaker, Turn
from bot.policy import SOURCE_SHOWN
from knowledge.hashing import HashEmbedder
from knowledge.snapshot import Snapshot
from tests import loops
from tests.bot.wording.pages import publish
from tests.scripted_model import Asked, Endpoint, Script, claim, endpoint, faithful
from web.errors import SettingsInvalid
from web.language_model import FAILURES_BEFORE_PAUSE, LanguageModel, make_language_model
from web.measures import ModelGauges
from web.settings import load_settings
from web.thinking import Thinking, Thought
from web.wording import WordedThinking, Wording, directly, make_wording

QUESTION = Dialogue((Turn(Speaker.CUSTOMER, "Within how many days may I return almost anything?"),))
QUOTE = "You may return almost anything within 30 days of delivery, for any reason."
KEY = "sk-very-secret-0123456789"


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return publish(Path(tmp_path_factory.mktemp("pages")))


@pytest.fixture(scope="module")
def extract(snapshot: Snapshot) -> Reply:
    reply = Assistant(HashEmbedder()).reply(snapshot, QUESTION)
    assert reply.decision is Decision.ANSWER
    return reply


@pytest.fixture
def model_endpoint() -> Iterator[Endpoint]:
    with endpoint(Script(faithful)) as served:
        yield served


def model_at(url: str, tmp_path: Path, **given: Any) -> tuple[LanguageModel, CollectorRegistry]:
    settings = load_settings(
        environ={}, data=tmp_path, language_model="scripted", language_model_url=url,
        language_model_key=KEY, **given,
    )  # fmt: skip
    registry = CollectorRegistry()
    model = make_language_model(settings, ModelGauges(registry))
    assert model is not None
    return model, registry


def wording_at(url: str, tmp_path: Path, **given: Any) -> tuple[Wording, CollectorRegistry]:
    model, registry = model_at(url, tmp_path, **given)
    wording = make_wording(model, HashEmbedder())
    assert wording is not None
    return wording, registry


def word(
    wording: Wording, snapshot: Snapshot, extract: Reply, told: list[str] | None = None
) -> Reply:
    async def tell(text: str) -> None:
        if told is not None:
            told.append(text)

    return loops.run(wording.word(snapshot, QUESTION, extract, directly, tell=tell))


def word_often(wording: Wording, snapshot: Snapshot, extract: Reply, times: int) -> list[Reply]:
    """One after the other in one loop, as a server does: connections belong to their loop."""

    async def all_of_them() -> list[Reply]:
        return [await wording.word(snapshot, QUESTION, extract, directly) for _ in range(times)]

    return loops.run(all_of_them())


def test_a_faithful_answer_is_shown_with_verbatim_evidence_as_it_is_proved(
    snapshot: Snapshot, extract: Reply, model_endpoint: Endpoint, tmp_path: Path
) -> None:
    wording, registry = wording_at(
        model_endpoint.url, tmp_path, language_model_price_prompt=2.0,
        language_model_price_completion=8.0,
    )  # fmt: skip
    told: list[str] = []
    reply = word(wording, snapshot, extract, told)
    assert "You can return almost anything within 30 days" in reply.text
    assert reply.decision is Decision.ANSWER
    for citation in reply.citations:
        article = snapshot.article(citation.article)  # type: ignore[arg-type]
        assert article is not None
        assert article.text[citation.start : citation.end] == citation.quote
    assert told[-1] == reply.text
    assert all(later.startswith(earlier) for earlier, later in itertools.pairwise(told))
    assert registry.get_sample_value("warmline_model_answers_total", {"outcome": "shown"}) == 1
    assert registry.get_sample_value("warmline_model_cost_total") > 0  # type: ignore[operator]
    assert registry.get_sample_value("warmline_model_tokens_total", {"kind": "prompt"}) > 100  # type: ignore[operator]


def test_a_quote_shown_as_the_source_stays_as_it_stands(
    snapshot: Snapshot, extract: Reply, model_endpoint: Endpoint, tmp_path: Path
) -> None:
    wording, _ = wording_at(model_endpoint.url, tmp_path)
    quoted = replace(extract, reason=SOURCE_SHOWN)
    assert word(wording, snapshot, quoted) is quoted


def says(*lines: str) -> Script:
    return Script(lambda _: iter([f"{line}\n" for line in lines]))


def leak(asked: Asked) -> Iterator[str]:
    yield asked.system
    for number, text in asked.passages:
        yield claim(asked.system.splitlines()[0], number, text[:40])


GOOD = claim("You may return almost anything within 30 days.", 1, QUOTE)
UNUSED = {
    "nothing": says(),
    "a refusal": says("I'm sorry, but I can't help with that."),
    "garbage": says("}{]]][[[ \\u0000 {{{", "null", "[1,2,3]"),
    "half a line": says(GOOD[:60]),
    "a passage that does not exist": says(claim("You may return anything.", 9, QUOTE)),
    "no passage": says(claim("You may return anything.", None, QUOTE)),
    "an invention": says(claim("You may return anything and keep the money.", 1, QUOTE)),
    "another figure": says(claim("You may return anything within 90 days.", 1, QUOTE)),
    "too much dropped": says(
        GOOD, claim("We pay 50 euro.", 1, QUOTE), claim("It is red.", 1, QUOTE)
    ),
    "its prompt": Script(leak),
    "a flood": Script(lambda _: iter(["x" * 5000] * 200)),
    "a server error": Script(status=500),
    "a key that is not accepted": Script(status=401),
    "a rate limit": Script(status=429, headers={"retry-after": "3600"}),
    "silence": Script(hangs=True),
    "silence in the middle": Script(lambda _: iter([f"{GOOD}\n"]), hangs=True),
}


@pytest.mark.parametrize("script", UNUSED.values(), ids=UNUSED.keys())
def test_whatever_the_model_does_the_extract_is_sent(
    snapshot: Snapshot, extract: Reply, model_endpoint: Endpoint, tmp_path: Path, script: Script
) -> None:
    model_endpoint.script = script
    wording, _ = wording_at(model_endpoint.url, tmp_path, language_model_timeout_s=1.5)
    assert word(wording, snapshot, extract) == extract


def test_a_dead_endpoint_is_left_alone_after_some_failures(
    snapshot: Snapshot, extract: Reply, model_endpoint: Endpoint, tmp_path: Path
) -> None:
    model_endpoint.script = Script(status=500)
    wording, registry = wording_at(model_endpoint.url, tmp_path)
    replies = word_often(wording, snapshot, extract, FAILURES_BEFORE_PAUSE + 4)
    assert replies == [extract] * len(replies)
    assert len(model_endpoint.requests) <= 2 * FAILURES_BEFORE_PAUSE  # each is tried once again
    paused = registry.get_sample_value("warmline_model_requests_total", {"outcome": "paused"})
    assert paused == 4


def test_nobody_listening_means_the_extract(
    snapshot: Snapshot, extract: Reply, tmp_path: Path
) -> None:
    wording, _ = wording_at("http://127.0.0.1:9/v1", tmp_path)
    assert word(wording, snapshot, extract) == extract


def test_only_answers_are_worded(
    snapshot: Snapshot, model_endpoint: Endpoint, tmp_path: Path
) -> None:
    wording, _ = wording_at(model_endpoint.url, tmp_path)
    for decision in (d for d in Decision if d is not Decision.ANSWER):
        reply = Reply(decision, "As it was.")
        assert word(wording, snapshot, reply) is reply
    assert model_endpoint.requests == []


def test_an_answer_from_another_snapshot_is_not_worded(
    snapshot: Snapshot, extract: Reply, model_endpoint: Endpoint, tmp_path: Path
) -> None:
    from dataclasses import replace

    wording, _ = wording_at(model_endpoint.url, tmp_path)
    older = replace(extract, snapshot="000000-older")
    assert word(wording, snapshot, older) is older


def test_the_key_is_sent_to_the_endpoint_and_written_nowhere(
    snapshot: Snapshot,
    extract: Reply,
    model_endpoint: Endpoint,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    model_endpoint.script = Script(status=401)
    wording, _ = wording_at(model_endpoint.url, tmp_path)
    with caplog.at_level("DEBUG", logger="web"):
        word(wording, snapshot, extract)
    assert model_endpoint.headers[0]["authorization"] == f"Bearer {KEY}"
    assert KEY not in caplog.text
    assert KEY not in repr(load_settings(environ={}, data=tmp_path, language_model_key=KEY))


def test_passages_are_fenced_and_a_new_fence_is_drawn_each_time(
    snapshot: Snapshot, extract: Reply, model_endpoint: Endpoint, tmp_path: Path
) -> None:
    wording, _ = wording_at(model_endpoint.url, tmp_path)
    word_often(wording, snapshot, extract, 2)
    first, second = model_endpoint.requests
    assert first.passages
    assert first.question == QUESTION.question
    assert first.user != second.user


def test_a_model_that_cannot_be_made_stops_the_start_and_names_the_setting(tmp_path: Path) -> None:
    settings = load_settings(
        environ={}, data=tmp_path, language_model="nobody:model", language_model_key=KEY
    )
    with pytest.raises(SettingsInvalid, match="WARMLINE_LANGUAGE_MODEL") as told:
        make_language_model(settings, ModelGauges(CollectorRegistry()))
    assert KEY not in str(told.value)


def test_without_the_setting_there_is_no_model(tmp_path: Path) -> None:
    gauges = ModelGauges(CollectorRegistry())
    assert make_language_model(load_settings(environ={}, data=tmp_path), gauges) is None


def follow_up(*texts: str) -> Dialogue:
    speakers = (Speaker.CUSTOMER, Speaker.BOT)
    return Dialogue(tuple(Turn(speakers[n % 2], text) for n, text in enumerate(texts)))


@pytest.mark.parametrize(
    ("written", "accepted"),
    [
        ("What does standard delivery to Norway cost?", True),
        ("What does standard delivery to Norway cost in winter?", False),
        ("Norway\nIt is a country.", False),
        ("", False),
    ],
    ids=["joined", "invented", "more than a line", "nothing"],
)
def test_a_follow_up_is_rewritten_with_words_that_were_said(
    model_endpoint: Endpoint, tmp_path: Path, written: str, accepted: bool
) -> None:
    model_endpoint.script = says(written)
    wording, _ = wording_at(model_endpoint.url, tmp_path)
    dialogue = follow_up("What does standard delivery cost?", "£4.95.", "and to Norway?")
    rewritten = loops.run(wording.rewritten(dialogue))
    assert (rewritten.rewrite == written) is accepted
    assert (rewritten == dialogue) is not accepted


def test_a_batch_is_worded_side_by_side(
    snapshot: Snapshot, model_endpoint: Endpoint, tmp_path: Path
) -> None:
    embedder = HashEmbedder()
    wording, _ = wording_at(model_endpoint.url, tmp_path)
    thinker = WordedThinking(Thinking(Assistant(embedder), embedder), wording)

    def think() -> list[Thought]:
        try:
            return thinker.think(snapshot, [QUESTION] * 3)
        finally:
            thinker.close()

    thoughts = loops.elsewhere(think)
    texts = [t.result.text for t in thoughts if isinstance(t.result, Reply)]
    assert len(texts) == 3
    assert all("You can return" in text for text in texts)
