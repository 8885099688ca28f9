"""What is tuned is what reads: the same tokens, the same head, weights in 8 bits."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from bot.confidence import FittedOn
from bot.reading import reader
from bot.reading.reader import DESCRIPTION, Description, Reader
from evals.fit_reading import Network, tune, tuned_on, write
from evals.reading_examples import KEPT_ASIDE, Example, all_companies

NAMED = FittedOn(name="reading/a", licence="Apache-2.0", rows=3, sha256="0" * 64)
OPENS = "Shop\nWe open at nine, on Sundays at ten. Parking is free."
EXAMPLES = [
    Example("when do you open", OPENS, (5, 23)),
    Example("and on sundays", OPENS, (25, 42), "when do you open"),
    Example("when do you close", OPENS, None),
    Example("what do i pay for my car", OPENS, (43, 58)),
    Example("is there a cash machine", f"{OPENS} Dogs may come in. Bags are sold.", None, "hello"),
]


@pytest.mark.model
def test_what_is_written_reads_as_the_network_does_and_tuning_moves_it(tmp_path: Path) -> None:
    torch.manual_seed(5)
    network = Network()
    torch.nn.init.normal_(network.head.weight, std=0.1)
    before = network.rate(EXAMPLES)
    tune(network, [EXAMPLES] * 50, steps=50)
    after = network.rate(EXAMPLES)
    answered = np.array([one.span is not None for one in EXAMPLES])
    assert (after - before)[answered].mean() > (after - before)[~answered].mean()

    write(network, tmp_path, (NAMED,))
    read = Reader(tmp_path)
    alone = [n for n, one in enumerate(EXAMPLES) if not one.earlier]
    rated = [read(EXAMPLES[n].question, EXAMPLES[n].passage) for n in alone]
    assert np.ptp(after[alone]) > 2
    assert rated == pytest.approx(after[alone].tolist(), abs=0.4)  # what 8 bits may move
    assert json.loads((tmp_path / DESCRIPTION).read_text("utf-8"))["tuned_on"] == [
        NAMED.model_dump()
    ]


def test_what_it_was_tuned_on_is_named_with_count_and_checksum() -> None:
    named = {one.name: one for one in tuned_on(["oakdene"])}
    assert named["reading/devices"].rows == 3_598
    assert named["oakdene/questions"].rows > 100
    assert all(len(one.sha256) == 64 for one in named.values())


def test_what_ships_names_the_files_as_they_are() -> None:
    text = (Path(reader.__file__).parent / DESCRIPTION).read_text("utf-8")
    shipped = Description.model_validate_json(text).tuned_on
    assert shipped == tuned_on([name for name in all_companies() if name not in KEPT_ASIDE])


@pytest.mark.model
def test_an_earlier_question_is_read_before_its_follow_up() -> None:
    network = Network()
    alone, after = (network.read([one])["input_ids"][0].tolist() for one in EXAMPLES[:2])
    end = network.tokenizer.sep_token_id
    assert alone.count(end) == 2
    assert after.count(end) == 3
    assert after[: after.index(end)] == alone[: alone.index(end)]  # the same words
