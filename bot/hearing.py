"""What the customer's turn says by itself, before anything is searched."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.course import Course, course_of
from bot.dialogue import Dialogue
from bot.frustration import frustration
from bot.language import fold, spoken
from bot.matters import Likeness, Matter, matter_of
from bot.outside import is_outside
from bot.smalltalk import Smalltalk, recognise
from bot.wishes import wants_person
from knowledge.embedding import Encoded

_READ_CHARS: Final = 2000  # of a message, to tell whether it holds a word


@dataclass(frozen=True)
class Heard:
    """The turn's language, small talk, wish, feeling and matter; `unclear`: it holds no word."""

    language: str
    smalltalk: Smalltalk | None
    unclear: bool
    wants_person: float
    frustration: float
    course: Course
    matter: Matter | None
    outside: bool


def own_words(dialogue: Dialogue) -> str:
    """Return the last message as it is embedded to hear how it is meant; empty without a word."""
    said = dialogue.question[:_READ_CHARS].strip()
    return said if fold(said) else ""


def hear(
    dialogue: Dialogue,
    encoded: Mapping[str, Encoded],
    model_id: str,
    matters: tuple[Matter, ...],
    likeness: Likeness | None = None,
) -> Heard:
    """Read the dialogue's last turn; `encoded` holds its `own_words`, by the model `model_id`."""
    text = dialogue.question
    language = spoken(text, dialogue.locale)
    smalltalk = recognise(text, language)
    course = course_of(dialogue)
    vague = smalltalk is not None and smalltalk.kind == "rejection" and not course.answered
    if vague:
        smalltalk = None  # nothing was shown yet: "it doesn't work" opens the matter
    known = encoded.get(own_words(dialogue))
    vector = known.pooled if known is not None else None
    return Heard(
        language=smalltalk.language if smalltalk else language,
        smalltalk=smalltalk,
        unclear=vague or not fold(text[:_READ_CHARS]),
        wants_person=wants_person(text, dialogue.turns[:-1], vector, model_id),
        frustration=frustration(dialogue, vector, model_id),
        course=course,
        matter=matter_of(text, matters, likeness, vector),
        outside=is_outside(text),
    )
