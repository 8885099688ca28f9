"""An owner's own confidence: fitted on their labelled transcripts, on top of what ships.

`warmline calibrate` writes the file, the setting `confidence_file` names it.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.confidence import Coefficients, checksum, load_coefficients
from bot.errors import ConfidenceMismatch
from bot.rules import Probability, Rules

_AGAIN = "Run `warmline calibrate` again, or leave the setting confidence_file empty"


class Calibration(BaseModel):
    """A calibrated confidence and its threshold, bound to the model and to what it was fitted on.

    `based_on` is the checksum of the shipped coefficients; `figures` are what was measured (name to
    value, cross-fitted), for people.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    format: Literal[1] = 1
    coefficients: Coefficients
    based_on: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    min_confidence: Probability
    max_unanswerable: Probability
    made_at: str
    version: str
    figures: dict[str, float]

    def applied_to(self, rules: Rules) -> Rules:
        """Return the rules with this threshold; those below it are lowered to it where needed."""
        least = self.min_confidence
        back = min(rules.ask_back.min_confidence, least)
        off = min(rules.decline.off_topic_below, back)
        return rules.model_copy(
            update={
                "answer": rules.answer.model_copy(update={"min_confidence": least}),
                "ask_back": rules.ask_back.model_copy(update={"min_confidence": back}),
                "decline": rules.decline.model_copy(update={"off_topic_below": off}),
            }
        )


def load_calibration(path: Path, model_id: str) -> Calibration:
    """Read a file that `warmline calibrate` wrote.

    Raises ConfidenceMismatch, with the remedy, when the file cannot be read, was made for another
    embedding model, or on top of a confidence that ships no more.
    """
    try:
        found = Calibration.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as problem:
        raise ConfidenceMismatch(
            f"The confidence file {path} cannot be read: {problem}. {_AGAIN}."
        ) from problem
    except ValidationError as problem:
        first = problem.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise ConfidenceMismatch(
            f"The confidence file {path} cannot be used: {where}: {first['msg']}. {_AGAIN}."
        ) from problem
    if found.coefficients.model_id != model_id:
        raise ConfidenceMismatch(
            f"The confidence file {path} was made for the embedding model "
            f"{found.coefficients.model_id!r}, but {model_id!r} is in use. {_AGAIN}."
        )
    if found.based_on != checksum(load_coefficients(model_id)):
        raise ConfidenceMismatch(
            f"The confidence file {path} was made by Warmline {found.version} on top of a confidence "
            f"that has been fitted anew since. {_AGAIN}."
        )
    return found
