"""What the customer's turn says by itself, before anything is searched."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.course import Course, course_of
from bot.dialogue import Dialogue, Speaker
from bot.frustration import frustration
from bot.language import spoken
from bot.matters import Likeness, Matter, matter_of
from bot.outside import is_outside
from bot.smalltalk import Smalltalk, recognise
from bot.wishes import wants_person
from bot.wordless import is_code, is_wordless
from knowledge.embedding import Encoded

_READ_CHARS: Final = 2000  # of a message, to tell whether it holds a word


@dataclass(frozen=True)
class Heard:
    """The turn's language, small talk, wish, feeling and matter.

    `unclear`: it holds no word; `loud`: it is written in capitals or with exclamation marks.
    """

    language: str
    smalltalk: Smalltalk | None
    unclear: bool
    loud: bool
    wants_person: float
    frustration: float
    course: Course
    matter: Matter | None
    outside: bool


def own_words(dialogue: Dialogue) -> str:
    """Return the last message as it is embedded to hear how it is meant; empty without a word."""
    said = dialogue.question[:_READ_CHARS].strip()
    return "" if is_wordless(said) else said


def _said_before(dialogue: Dialogue) -> list[str]:
    """The customer's messages before the last one."""
    return [turn.text for turn in dialogue.turns[:-1] if turn.speaker is Speaker.CUSTOMER]


def hear(
    dialogue: Dialogue,
    encoded: Mapping[str, Encoded],
    model_id: str,
    matters: tuple[Matter, ...],
    likeness: Likeness | None = None,
) -> Heard:
    """Read the dialogue's last turn; `encoded` holds its `own_words`, by the model `model_id`."""
    text = dialogue.question
    code = is_code(text)
    if code:
        text = ""  # nothing in it is a wish, a feeling or a matter
    language = spoken(text, dialogue.locale, _said_before(dialogue))
    smalltalk = recognise(text, language)
    course = course_of(dialogue)
    vague = smalltalk is not None and smalltalk.kind == "rejection" and not course.answered
    if vague:
        smalltalk = None  # nothing was shown yet: "it doesn't work" opens the matter
    asks_who = smalltalk is not None and smalltalk.kind == "bot_question"
    known = encoded.get(own_words(dialogue))
    vector = known.pooled if known is not None else None
    return Heard(
        language=smalltalk.language if smalltalk else language,
        smalltalk=smalltalk,
        unclear=vague or is_wordless(dialogue.question),
        loud="!" in text or text.isupper(),
        # "am I talking to a person or a machine?" wants to know, no more.
        wants_person=0.0 if asks_who else wants_person(text, dialogue.turns[:-1], vector, model_id),
        frustration=0.0 if code else frustration(dialogue, vector, model_id),
        course=course,
        matter=matter_of(text, matters, likeness, vector),
        outside=is_outside(text),
    )
