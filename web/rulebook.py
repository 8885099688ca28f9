"""The rules in force, bot's and desk's, with what each means: for the console and for people."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bot.matters import EVERYDAY, Matter, load_matters
from bot.rules import Rules, load_rules
from bot.rules import default_text as bot_text
from handoff.rulebook import Rulebook, load_rulebook
from handoff.rulebook import default_text as desk_text

_SECTION: Final = re.compile(r"\[(\w+)\]")
_NAME: Final = re.compile(r"(\w+)\s*=")


@dataclass(frozen=True)
class RuleLine:
    """One rule: `section.name`, its value in force (plain JSON), what it means.

    `changed` says that the owner set it otherwise than the default.
    """

    name: str
    value: Any
    meaning: str
    changed: bool


@dataclass(frozen=True)
class MatterLine:
    """One matter that a person should see, and what it does."""

    name: str
    action: str
    priority: int
    say: str | None


@dataclass(frozen=True)
class RulesInForce:
    """Everything an owner may set about who gets a person, and when."""

    bot: Rules
    matters: tuple[Matter, ...]
    desk: Rulebook

    def lines(self) -> tuple[RuleLine, ...]:
        """Every rule of bot and desk in the files' order."""
        return (
            *_lines(
                bot_text(), self.bot.model_dump(mode="json"), load_rules().model_dump(mode="json")
            ),
            *_lines(
                desk_text(),
                self.desk.model_dump(mode="json"),
                load_rulebook().model_dump(mode="json"),
            ),
        )

    def matter_lines(self) -> tuple[MatterLine, ...]:
        """Every matter, the most urgent first."""
        return tuple(
            MatterLine(m.name, m.action.value, m.priority, m.say)
            for m in self.matters
            if m.name != EVERYDAY
        )


def load_all(bot: str, matters: str, desk: str) -> RulesInForce:
    """Read the owner's files; an empty path means the defaults.

    Raises RulesInvalid or RulesUnusable, naming file and rule.
    """
    return RulesInForce(
        bot=load_rules(Path(bot) if bot else None),
        matters=load_matters(Path(matters) if matters else None),
        desk=load_rulebook(Path(desk) if desk else None),
    )


def _lines(
    text: str, values: Mapping[str, Mapping[str, Any]], defaults: Mapping[str, Mapping[str, Any]]
) -> list[RuleLine]:
    """Pair each rule with the comment above it in the default file.

    Names that follow one another without a comment in between share the comment before them.
    """
    found: list[RuleLine] = []
    section, said, fresh = "", [""], True
    for line in text.splitlines():
        if line.startswith("#"):
            said = [*([] if fresh else said), line.lstrip("# ")]
            fresh = False
            continue
        fresh = True
        if heading := _SECTION.match(line):
            section = heading[1]
        elif rule := _NAME.match(line):
            value = values[section][rule[1]]
            changed = value != defaults[section][rule[1]]
            found.append(RuleLine(f"{section}.{rule[1]}", value, " ".join(said), changed))
    return found
