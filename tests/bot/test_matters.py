"""Matters a person should see are noticed, and the rules an owner edits are checked."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from bot.dialogue import Decision
from bot.errors import RulesInvalid
from bot.matters import EVERYDAY, Action, learn_likeness, load_matters, matter_of
from bot.policy import Signals, decide
from bot.rules import load_rules
from knowledge.embedding import Encoded
from knowledge.hashing import HashEmbedder
from knowledge.minilm import load_embedder

NOTICED = {
    "my charger is smoking and smells awful": "electrical",
    "The battery looks swollen": "electrical",
    "there is a smell of burning plastic": "electrical",
    "the socket is sparking": "electrical",
    "Aus der Lampe kommt Rauch": "electrical",
    "la batterie est gonflée": "electrical",
    "my brakes failed on the hill": "safety",
    "my son swallowed a button cell": "safety",
    "the kettle burned my hand": "safety",
    "a rider was in an accident with your scooter": "safety",
    "mein Kind hat eine Batterie verschluckt": "safety",
    "los frenos no funcionan": "safety",
    "j'ai eu un accident avec le vélo": "safety",
    "someone logged into my account and changed the address": "fraud",
    "I did not authorise this payment": "fraud",
    "my solicitor will be in touch": "legal",
    "سُرقت بطاقتي أمس": "fraud",
    "ktoś włamał się na moje konto": "fraud",
    "you sent me the invoice of another customer": "privacy",
    "I don't want to live any more": "self_harm",
    "my wife passed away in May": "bereavement",
    "how do I cancel my subscription": "cancellation",
}
NOT_NOTICED = [
    "is smoking allowed on the balcony",
    "does the smoke alarm need a hub",
    "can I burn a cd",
    "the battery died after a day",
    "can I do a transfer to Bulgaria",
    "which brand is best",
    "does it work with Fire TV",
    "where is the tennis court",
    "my lawyer friend recommended the stylus",
    "burn rate report",
    "how many calories did I burn",
    "Apache Spark integration",
    "the flame symbol is missing on the display",
    "the cash machine swallowed my card",
    "les pneus sont mal gonflés",
    "am I insured if I get injured",
    "how do I report an accident at work",
]


@pytest.mark.parametrize(("text", "name"), NOTICED.items())
def test_a_matter_is_noticed(text: str, name: str) -> None:
    matter = matter_of(text, load_matters())
    assert matter is not None
    assert matter.name == name


@pytest.mark.parametrize("text", NOT_NOTICED)
def test_an_everyday_question_is_no_matter(text: str) -> None:
    assert matter_of(text, load_matters()) is None


@pytest.fixture(scope="module")
def hears() -> Callable[[str], str | None]:
    """Name the matter that is heard in a message by its words or its meaning."""
    matters, embedder = load_matters(), load_embedder()
    likeness = learn_likeness(matters, embedder)

    def name(text: str) -> str | None:
        heard = matter_of(text, matters, likeness, embedder.encode([text])[0].pooled)
        return heard.name if heard else None

    return name


@pytest.mark.model
@pytest.mark.parametrize(
    "text",
    [
        "my watch got wet in the rain",
        "the phone slipped into the bath tub",
        "I dropped it and now it clatters",
        "the scooter stood in the snow",
        "my ears ache after a day with the headset",
    ],
)
def test_what_only_befalls_a_thing_is_no_danger(
    text: str, hears: Callable[[str], str | None]
) -> None:
    assert hears(text) is None


@pytest.mark.model
@pytest.mark.parametrize(
    "text",
    [
        "the pushchair collapsed with the twins inside",
        "the front wheel broke off and I went over the handlebar",
        "she passed out in the fitting room",
    ],
)
def test_danger_to_somebody_is_heard_by_its_meaning(
    text: str, hears: Callable[[str], str | None]
) -> None:
    assert hears(text) == "safety"


def test_only_where_electricity_is_in_play_a_plug_is_pulled() -> None:
    says = {matter.name: matter.say or "" for matter in load_matters()}
    assert "unplug" in says["electrical"]
    assert [name for name, say in says.items() if "plug" in say] == ["electrical"]


@pytest.mark.parametrize("said", ["there are flames", "my brakes failed"])
def test_a_danger_is_handed_over_with_what_the_articles_surely_answer(said: str) -> None:
    matter, rules = matter_of(said, load_matters()), load_rules()
    sure = decide(Signals(matter=matter, has_answer=True, confidence=0.99), rules)
    unsure = decide(Signals(matter=matter, has_answer=True, confidence=0.2), rules)
    assert [v.decision for v in (sure, unsure)] == [Decision.HANDOFF, Decision.HANDOFF]
    assert (sure.with_answer, unsure.with_answer) == (True, False)


def test_a_life_in_danger_is_told_nothing_from_articles() -> None:
    matter = matter_of("I want to die", load_matters())
    verdict = decide(Signals(matter=matter, has_answer=True, confidence=0.99), load_rules())
    assert (verdict.decision, verdict.with_answer) == (Decision.HANDOFF, False)


def test_a_matter_of_fraud_is_answered_with_the_offer_of_a_person() -> None:
    matter = matter_of("my card was stolen", load_matters())
    assert matter is not None
    assert matter.action is Action.OFFER
    verdict = decide(Signals(matter=matter, has_answer=True, confidence=0.99), load_rules())
    assert (verdict.decision, verdict.offer) == (Decision.ANSWER, True)


def test_owners_rules_replace_the_defaults(tmp_path: Path) -> None:
    file = tmp_path / "matters.toml"
    file.write_text('[recall]\naction = "hand_over"\npriority = 2\nwords = ["recall"]\n', "utf-8")
    matters = load_matters(file)
    assert {matter.name for matter in matters} == {"recall", EVERYDAY}
    noticed = matter_of("Is my kettle part of the RECALL?", matters)
    assert noticed is not None
    assert noticed.name == "recall"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[a]\naction = "shout"\nwords = ["x"]\n', "action"),
        ('[a]\naction = "offer"\nwords = ["("]\n', "words"),
        ('[a]\naction = "offer"\nwords = ["x"]\npriority = 77\n', "priority"),
        ('[a]\naction = "offer"\nwords = ["x"]\n[a.say_in]\nxx = "?"\n', "say_in"),
        ("[a\n", "matters.toml"),
    ],
    ids=["unknown action", "bad pattern", "priority out of range", "unknown language", "not TOML"],
)
def test_a_wrong_rule_is_refused_by_name(tmp_path: Path, text: str, named: str) -> None:
    file = tmp_path / "matters.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(RulesInvalid, match=named):
        load_matters(file)


def test_fraud_that_was_offered_a_person_before_and_has_no_answer_is_handed_over() -> None:
    matter = matter_of("my card was stolen", load_matters())
    signals = Signals(matter=matter, offered=True, confidence=0.3)
    verdict = decide(signals, load_rules())
    assert (verdict.decision, verdict.reason) == (Decision.HANDOFF, "fraud")


class Meaning:
    """Vectors by hand: one direction for every topic word that is known."""

    model_id = "by hand"
    dimensions = 3
    topics = ("flood", "death", "parcel")

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        rows = [[float(topic in text) for topic in self.topics] for text in texts]
        unit = [np.array(row) / max(1.0, float(np.linalg.norm(row))) for row in rows]
        return [
            Encoded(
                row.astype(np.float32),
                row[np.newaxis].astype(np.float32),
                np.zeros((1, 2), dtype=np.int32),
            )
            for row in unit
        ]


def test_a_message_that_means_the_same_as_an_example_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "matters.toml"
    file.write_text(
        '[danger]\naction = "hand_over"\nlike = ["a flood"]\nunless = ["drill"]\n', encoding="utf-8"
    )
    matters, embedder = load_matters(file), Meaning()
    likeness = learn_likeness(matters, embedder)

    def about(text: str) -> str | None:
        found = matter_of(text, matters, likeness, embedder.encode([text])[0].pooled)
        return found.name if found else None

    assert about("there is a flood in the hall") == "danger"
    assert about("when is the flood drill") is None
    assert about("where is my parcel") is None


def test_an_embedder_without_meaning_learns_no_likeness() -> None:
    assert learn_likeness(load_matters(), HashEmbedder()) is None


class Counting(HashEmbedder):
    """Counts what it embeds."""

    embedded = 0

    @property
    def model_id(self) -> str:
        """Another model than the meaningless one."""
        return "counting"

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        self.embedded += len(texts)
        return super().encode(texts)


def test_examples_are_embedded_once_and_again_when_they_change(tmp_path: Path) -> None:
    kept, matters = tmp_path / "matters.npz", load_matters()
    first, second, third = Counting(), Counting(), Counting()
    learned = learn_likeness(matters, first, kept)
    again = learn_likeness(matters, second, kept)
    assert learned is not None
    assert again is not None
    assert np.array_equal(learned.examples, again.examples)
    assert (first.embedded, second.embedded) == (len(learned.examples), 0)
    more = matters[0].model_copy(update={"like": (*matters[0].like, "the lamp hisses")})
    learn_likeness((more, *matters[1:]), third, kept)
    assert third.embedded == len(learned.examples) + 1


def test_a_broken_file_of_vectors_is_written_anew(tmp_path: Path) -> None:
    kept = tmp_path / "matters.npz"
    kept.write_bytes(b"PK nothing")
    embedder = Counting()
    assert learn_likeness(load_matters(), embedder, kept) is not None
    assert embedder.embedded > 0
    assert learn_likeness(load_matters(), again := Counting(), kept) is not None
    assert again.embedded == 0


@pytest.mark.parametrize(
    "said",
    [
        "What should I do if someone is injured?",
        "My son is injured. What happens if he has had an accident in your shop?",
        "I got hurt badly by your ladder, what do I do if I am injured",
    ],
)
def test_an_exception_spares_no_more_than_itself(said: str) -> None:
    matter = matter_of(said, load_matters())
    assert matter is not None
    assert matter.name == "safety"
