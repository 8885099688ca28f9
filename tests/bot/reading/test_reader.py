"""Reading a passage beside a question: what answers is rated above what is about the same thing."""

import json
import math
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from bot.errors import ReadingMismatch
from bot.reading import reader
from bot.reading.reader import DESCRIPTION, WEIGHTS, Reader, load_reader
from knowledge import bert
from knowledge.hashing import HashEmbedder
from knowledge.minilm import model_id

SHIPPED = Path(reader.__file__).parent
DEPOSIT = (
    "Bike hire › Deposit\nWe hold a deposit of 150 pounds on your card while you have a bike. It is "
    "released within three working days after you bring the bike back to any of our shops. Debit "
    "cards are not accepted for the deposit."
)
LOCKER = (
    "Parcel lockers › Collecting\nType the six digits from our text message. The door stays open for "
    "two minutes. A parcel waits for five days, then it goes back to the sender."
)
ANSWERED = [
    ("when do i get the 150 back", DEPOSIT),
    ("how much do you block on my credit card", DEPOSIT),
    ("can i leave my debit card as security", DEPOSIT),
    ("how many days do i have to pick it up", LOCKER),
    ("the flap shut before i got my box out, how long does it stay open", LOCKER),
]
NEAR_MISSES = [
    ("when do i get the bike back from repair", DEPOSIT),
    ("how much do you charge for a child seat", DEPOSIT),
    ("can i leave my bike in the shop over night", DEPOSIT),
    ("how many parcels fit into one locker", LOCKER),
    ("the text message never came, how do i open the door", LOCKER),
]


@pytest.fixture(scope="module")
def read() -> Reader:
    found = load_reader(model_id())
    assert found is not None
    return found


@pytest.mark.model
def test_what_answers_is_rated_above_what_is_about_the_same_thing(read: Reader) -> None:
    answered = [read(question, passage) for question, passage in ANSWERED]
    missed = [read(question, passage) for question, passage in NEAR_MISSES]
    pairs = [(one, other) for one in answered for other in missed]
    assert sum(one > other for one, other in pairs) >= 0.8 * len(pairs)
    elsewhere = [read(question, LOCKER) for question, _ in ANSWERED[:3]]
    assert all(one > other for one, other in zip(answered[:3], elsewhere, strict=True))


@pytest.mark.model
def test_a_long_passage_is_read_as_far_as_it_goes_and_a_long_question_not_at_all(
    read: Reader,
) -> None:
    question = "how much is held on my card"
    whole = read(question, f"{DEPOSIT} {'More about bikes. ' * 80}")
    assert read(question, f"{DEPOSIT} {'More about bikes. ' * 400}") == whole
    assert math.isnan(read("why " * 3000, DEPOSIT))
    assert read("", "") < 0


@pytest.mark.model
@pytest.mark.parametrize("mark", ["[PAD]", "[SEP]", "[CLS]", "[UNK]", "[MASK]"])
def test_a_mark_that_a_customer_types_is_text(read: Reader, mark: str) -> None:
    question = "when do i get the 150 back"
    lower = mark.lower()  # never a mark
    assert read(f"{question} {mark}", DEPOSIT) == read(f"{question} {lower}", DEPOSIT)


def test_another_model_has_no_reader() -> None:
    assert load_reader(HashEmbedder().model_id) is None


@dataclass(frozen=True)
class Fault:
    """A change of the description, and what is said about it."""

    field: str
    value: object
    said: str


@pytest.mark.parametrize(
    "fault",
    [
        Fault("format", 2, "format 2"),
        Fault("model_id", "another", "another"),
        Fault("sha256", "0" * 64, WEIGHTS),
        Fault("unknown", 1, "cannot be used"),
    ],
    ids=lambda fault: fault.field,
)
def test_weights_that_do_not_fit_are_refused_with_the_remedy(tmp_path: Path, fault: Fault) -> None:
    shutil.copy(SHIPPED / WEIGHTS, tmp_path)
    fields = json.loads((SHIPPED / DESCRIPTION).read_text("utf-8")) | {fault.field: fault.value}
    (tmp_path / DESCRIPTION).write_text(json.dumps(fields), encoding="utf-8")
    with pytest.raises(ReadingMismatch, match=rf"(?s){fault.said}.*Install Warmline again"):
        Reader(tmp_path)


@pytest.mark.parametrize("name", [WEIGHTS, DESCRIPTION])
def test_a_missing_file_is_refused_with_the_remedy(tmp_path: Path, name: str) -> None:
    for file in {WEIGHTS, DESCRIPTION} - {name}:
        shutil.copy(SHIPPED / file, tmp_path)
    with pytest.raises(ReadingMismatch, match=rf"(?s){name}.*Install Warmline again"):
        Reader(tmp_path)


def test_a_description_that_is_no_text_is_refused(tmp_path: Path) -> None:
    shutil.copy(SHIPPED / WEIGHTS, tmp_path)
    (tmp_path / DESCRIPTION).write_bytes(b"\xff")
    with pytest.raises(ReadingMismatch, match="Install Warmline again"):
        Reader(tmp_path)


@pytest.mark.model
def test_a_processor_without_products_of_8_bits_reads_about_the_same(
    read: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bert, "_multiplies_eight_bits", lambda: False)
    plain = Reader(SHIPPED)
    pairs = [*ANSWERED, *NEAR_MISSES]
    rated = [[one(*pair) for pair in pairs] for one in (read, plain)]
    assert np.corrcoef(rated)[0, 1] > 0.95
    assert np.abs(np.subtract(*rated)).max() < 1.5
