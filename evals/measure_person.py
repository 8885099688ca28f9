"""Who gets a person, and when: run as `python -m evals.measure_person [--locked]`.

Reads our dialogues, the unseen wordings of a wish, unseen topics and wishes of a few words, and the
messages about matters, and counts what the bot would do if its articles answered everything: only
what is heard of the customer decides. An offer or handoff counts at the labelled turn or at the customer's turn before it; in whole dialogues
(locked only) also at the turn after it, and in the others at any turn.
"""

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.dialogue import DIRECT_REQUEST, Decision, Dialogue, Speaker, Turn
from bot.hearing import hear, own_words
from bot.matters import Likeness, Matter, learn_likeness, load_matters
from bot.policy import Signals, Verdict, decide
from bot.rules import Rules, load_rules
from evals.cases import CASES
from evals.turns import turn_of
from knowledge.embedding import Embedder

DIALOGUES = CASES / "person_dialogues.jsonl"
WHOLE = CASES / "whole_dialogues.jsonl"
WISHES = CASES / "unseen_wishes.jsonl"
SHORT = CASES / "unseen_short.jsonl"
MATTERS = CASES / "matters.jsonl"
# The cases call every danger "safety"; where electricity is in play the rules have words of its own.
_KIND_OF = {"electrical": "safety"}


@dataclass(frozen=True)
class Bot:
    """What decides, without articles."""

    embedder: Embedder
    rules: Rules
    matters: tuple[Matter, ...]
    likeness: Likeness | None

    def verdicts(self, dialogues: Sequence[Dialogue]) -> list[Verdict]:
        """Return the verdict on each dialogue's last turn, had the articles a sure answer."""
        texts = [own_words(dialogue) for dialogue in dialogues]
        known = list(dict.fromkeys(text for text in texts if text))
        encoded = dict(zip(known, self.embedder.encode(known), strict=True)) if known else {}
        return [self._verdict(dialogue, encoded) for dialogue in dialogues]

    def _verdict(self, dialogue: Dialogue, encoded: Any) -> Verdict:
        heard = hear(dialogue, encoded, self.embedder.model_id, self.matters, self.likeness)
        rejected = heard.smalltalk is not None and heard.smalltalk.kind == "rejection"
        signals = Signals(
            wants_person=heard.wants_person,
            frustration=heard.frustration,
            confidence=1.0,
            smalltalk=heard.smalltalk is not None and not rejected,
            has_answer=True,
            offered=heard.course.offered,
            refused=heard.course.refused,
            failures=heard.course.failures,
            failures_since_offer=heard.course.failures_since_offer,
            repeats=heard.course.repeats,
            matter=heard.matter,
            rejected=rejected,
            loud=heard.loud,
        )
        return decide(signals, self.rules)


def main() -> None:
    """Measure and print."""
    from knowledge.minilm import load_embedder

    parser = argparse.ArgumentParser(description="Measure who gets a person, and when.")
    parser.add_argument("--locked", action="store_true", help="the locked part, not the tuning one")
    part = "locked" if parser.parse_args().locked else "tuning"
    embedder, matters = load_embedder(), load_matters()
    bot = Bot(embedder, load_rules(), matters, learn_likeness(matters, embedder))
    print(json.dumps(measure(bot, part), indent=1, ensure_ascii=False))


def measure(bot: Bot, part: str) -> dict[str, Any]:
    """Count by kind: how many there are, and how many got a person or the offer of one."""
    rows = [row for row in _rows(DIALOGUES) if row["part"] == part]
    now = bot.verdicts([_dialogue(row) for row in rows])
    before = bot.verdicts([_turn_before(row) for row in rows])
    counts: dict[str, Counter[str]] = {}
    for row, verdict, earlier in zip(rows, now, before, strict=True):
        count = counts.setdefault(f"{row['kind']}, needs {row['need']}", Counter())
        count["dialogues"] += 1
        count["handed over"] += verdict.decision is Decision.HANDOFF
        count["person or offer"] += _is_person(verdict)
        count["person or offer, or a turn before"] += _is_person(verdict) or _is_person(earlier)
    return {
        "dialogues": {kind: dict(count) for kind, count in sorted(counts.items())},
        "whole dialogues": _measure_whole(bot) if part == "locked" else {},
        "unseen wishes": _measure_wishes(bot, WISHES) if part == "locked" else {},
        "unseen short messages": _measure_wishes(bot, SHORT) if part == "locked" else {},
        "matters": _measure_matters(bot, part),
    }


def _measure_whole(bot: Bot) -> dict[str, dict[str, int]]:
    """Count by kind; `in time` is a person or the offer of one at the labelled turn ±1."""
    counts: dict[str, Counter[str]] = {}
    for row in _rows(WHOLE):
        turns = [turn_of(turn) for turn in row["turns"]]
        said = [at for at, turn in enumerate(turns) if turn.speaker is Speaker.CUSTOMER]
        verdicts = bot.verdicts(
            [Dialogue(tuple(turns[: at + 1]), locale=row["lang"]) for at in said]
        )
        count = counts.setdefault(f"{row['kind']}, needs {row['need']}", Counter())
        count["dialogues"] += 1
        if row["at"] is None:
            count["handed over"] += any(v.decision is Decision.HANDOFF for v in verdicts)
            count["person or offer"] += any(map(_is_person, verdicts))
            continue
        labelled = said.index(row["at"])
        near = verdicts[max(0, labelled - 1) : labelled + 2]
        count["handed over at the turn"] += verdicts[labelled].decision is Decision.HANDOFF
        count["in time"] += any(map(_is_person, near))
        count["too early"] += any(map(_is_person, verdicts[: max(0, labelled - 1)]))
    return {kind: dict(count) for kind, count in sorted(counts.items())}


def _measure_wishes(bot: Bot, path: Path) -> dict[str, int]:
    wishes = _rows(path)
    told = Counter[str]()
    for row, verdict in zip(wishes, bot.verdicts([_said(r["text"]) for r in wishes]), strict=True):
        group = "English" if row["lang"] == "en" else "other languages"
        told[f"{'wishes' if row['wish'] else 'traps'}, {group}"] += 1
        if verdict.reason == DIRECT_REQUEST:
            told[f"{'wishes' if row['wish'] else 'traps'} handed over, {group}"] += 1
    return dict(told)


def _measure_matters(bot: Bot, part: str) -> dict[str, int]:
    about = [row for row in _rows(MATTERS) if row["part"] == part]
    noticed = Counter[str]()
    for row in about:
        heard = _matter(bot, row["text"])
        matter = _KIND_OF.get(heard, heard) if heard else None
        noticed["of a matter" if row["matter"] else "near misses"] += 1
        noticed["noticed" if row["matter"] else "taken for one"] += (
            matter == row["matter"] if row["matter"] else matter is not None
        )
    return dict(noticed)


def _matter(bot: Bot, text: str) -> str | None:
    dialogue = _said(text)
    encoded = {own_words(dialogue): bot.embedder.encode([own_words(dialogue)])[0]}
    heard = hear(dialogue, encoded, bot.embedder.model_id, bot.matters, bot.likeness)
    return heard.matter.name if heard.matter else None


def _is_person(verdict: Verdict) -> bool:
    return verdict.decision is Decision.HANDOFF or verdict.offer


def _said(text: str) -> Dialogue:
    return Dialogue((Turn(Speaker.CUSTOMER, text),))


def _dialogue(row: dict[str, Any]) -> Dialogue:
    turns = [turn_of(turn) for turn in row["history"]]
    return Dialogue((*turns, Turn(Speaker.CUSTOMER, row["question"])), locale=row["lang"])


def _turn_before(row: dict[str, Any]) -> Dialogue:
    """The dialogue up to the customer's turn before the last; the whole one where there is none."""
    turns = [turn_of(turn) for turn in row["history"]]
    while turns and turns[-1].speaker is not Speaker.CUSTOMER:
        turns.pop()
    return Dialogue(tuple(turns), locale=row["lang"]) if turns else _dialogue(row)


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    main()
