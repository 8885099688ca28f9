"""What the customer's turn says by itself, before anything is searched."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.course import Course, course_of
from bot.dialogue import Dialogue
from bot.frustration import frustration
from bot.language import fold, spoken
from bot.matters import Matter, matter_of
from bot.outside import is_outside
from bot.queries import Plan
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


def hear(
    dialogue: Dialogue,
    planned: Plan,
    encoded: Mapping[str, Encoded],
    model_id: str,
    matters: tuple[Matter, ...],
) -> Heard:
    """Read the dialogue's last turn; `encoded` holds the plan's texts, by the model `model_id`."""
    text = dialogue.question
    language = spoken(text, dialogue.locale)
    smalltalk = recognise(text, language)
    course = course_of(dialogue)
    vague = smalltalk is not None and smalltalk.kind == "rejection" and not course.answered
    if vague:
        smalltalk = None  # nothing was shown yet: "it doesn't work" opens the matter
    own_words = encoded.get(planned.queries[0].text) if planned.queries else None
    return Heard(
        language=smalltalk.language if smalltalk else language,
        smalltalk=smalltalk,
        unclear=vague or not fold(text[:_READ_CHARS]),
        wants_person=wants_person(text, dialogue.turns[:-1]),
        frustration=frustration(dialogue, own_words.pooled if own_words else None, model_id),
        course=course,
        matter=matter_of(text, matters),
        outside=is_outside(text),
    )
