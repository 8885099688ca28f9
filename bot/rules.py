"""The rules' numbers: read from a file that the owner edits, refused when they make no sense."""

import tomllib
from importlib import resources
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.errors import RulesInvalid

Probability = Annotated[float, Field(ge=0.0, le=1.0)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AnswerRules(_Section):
    """When an answer is sent, and how long it is."""

    min_confidence: Probability
    max_sentences: Annotated[int, Field(ge=1, le=12)]
    max_items: Annotated[int, Field(ge=1, le=50)]


class AskBackRules(_Section):
    """When the bot asks which article is meant."""

    min_confidence: Probability
    max_choices: Annotated[int, Field(ge=2, le=5)]
    max_gap: Annotated[float, Field(ge=0.0, le=1.0)]
    opening_min_confidence: Probability
    opening_max_unknown: Annotated[float, Field(ge=0.0, le=1.0)]


class DeclineRules(_Section):
    """When a question is taken for one that is not about the company."""

    off_topic_below: Probability


class PersonRules(_Section):
    """When a person is offered or brought in."""

    direct_wish: Probability
    offer_at_frustration: Probability
    hand_over_at_frustration: Probability
    offer_after_failures: Annotated[int, Field(ge=1)]
    hand_over_after_failures: Annotated[int, Field(ge=1)]
    offer_after_repeats: Annotated[int, Field(ge=2)]
    hand_over_after_repeats: Annotated[int, Field(ge=2)]


class Rules(_Section):
    """All numbers of the policy; `bot/rules.toml` holds the defaults and says what each means."""

    answer: AnswerRules
    ask_back: AskBackRules
    decline: DeclineRules
    person: PersonRules

    @model_validator(mode="after")
    def _thresholds_rise(self) -> Self:
        low, middle, high = (
            self.decline.off_topic_below,
            self.ask_back.min_confidence,
            self.answer.min_confidence,
        )
        if not low <= middle <= high:
            raise ValueError(
                "decline.off_topic_below, ask_back.min_confidence and answer.min_confidence "
                f"must rise, but are {low}, {middle} and {high}"
            )
        return self


def default_text() -> str:
    """Return the default rules file, with a comment on every line."""
    return resources.files("bot").joinpath("rules.toml").read_text(encoding="utf-8")


def load_rules(path: Path | None = None) -> Rules:
    """Return the rules in `path`, or the defaults for None.

    A file may give only the numbers it changes; the others keep their defaults.
    Raises RulesInvalid, naming the number, when the file cannot be read or a value is wrong.
    """
    defaults = tomllib.loads(default_text())
    if path is None:
        return Rules.model_validate(defaults)
    try:
        changes = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise RulesInvalid(f"The rules file {path} cannot be read: {problem}.") from problem
    merged = {
        name: {**defaults.get(name, {}), **values} if isinstance(values, dict) else values
        for name, values in {**defaults, **changes}.items()
    }
    try:
        return Rules.model_validate(merged)
    except ValidationError as problem:
        wrong = "; ".join(
            f"{'.'.join(str(part) for part in e['loc']) or 'rules'}: {e['msg']}"
            for e in problem.errors()
        )
        raise RulesInvalid(f"The rules file {path} cannot be used: {wrong}.") from problem
