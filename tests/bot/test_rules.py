"""The rules file: defaults, an owner's changes, and what is refused."""

from pathlib import Path

import pytest

from bot.errors import RulesInvalid
from bot.rules import load_rules


def test_an_owner_changes_one_number_and_keeps_the_others(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text("[answer]\nmin_confidence = 0.9\n", encoding="utf-8")
    changed, defaults = load_rules(file), load_rules()
    assert changed.answer.min_confidence == 0.9
    assert changed.answer.max_sentences == defaults.answer.max_sentences
    assert changed.person == defaults.person


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[answer]\nmin_confidence = 1.5\n", "answer.min_confidence"),
        ("[answer]\nmin_confidnce = 0.5\n", "answer.min_confidnce"),
        ("[decline]\noff_topic_below = 0.9\n", "must rise"),
        ("answer = 3\n", "answer"),
        ("[answer\n", "cannot be read"),
    ],
    ids=["out of range", "unknown name", "wrong order", "not a section", "not TOML"],
)
def test_a_wrong_rule_is_refused_by_name(tmp_path: Path, text: str, named: str) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(RulesInvalid, match=named):
        load_rules(file)
