"""A verdict put into words: the lead-in, the evidence, the offer, each in the customer's language."""

from collections.abc import Sequence
from typing import Final

from bot import tone
from bot.answers import Answer
from bot.dialogue import Choice, Decision, Dialogue, ReplySentence
from bot.hearing import Heard
from bot.policy import CONTEXT, MISSING_DETAIL, NONE_MEANT, SOURCE_SHOWN, Verdict

_SORRY: Final = frozenset({"frustration", "failed_answers", "same_point"})
# Frustration from which a reply says that it was heard; less than what brings the offer.
_UPSET_FROM: Final = 0.3


def worded(
    verdict: Verdict,
    heard: Heard,
    answer: Answer,
    choices: Sequence[Choice],
    dialogue: Dialogue,
    missing: Sequence[str] = (),
) -> Answer:
    """Return what is sent: of an answer its sentences, lead-in first, else a text alone.

    `missing` are the questions of the message that the answer leaves open; they are named.
    """
    sorry = verdict.reason in _SORRY or verdict.reason.endswith("after_offer")

    def say(occasion: str) -> str:
        return tone.say(occasion, heard.language, dialogue.profile)

    def felt(words: str) -> str:
        """Put the feeling before the fact, where the customer has one."""
        feeling = _feeling(verdict, heard, dialogue)
        return f"{say(feeling)} {words}" if feeling else words

    match verdict.decision:
        case Decision.ANSWER:
            lead = "source" if verdict.reason == SOURCE_SHOWN else _lead(heard, dialogue, sorry)
            sentences = answer.sentences
            parts = [answer.text]
            if lead:
                said = say(lead)
                if lead == "source":
                    said = said.replace("{title}", answer.citations[0].title)
                sentences = (ReplySentence(said, None), *sentences)
                parts.insert(0, said)
            if missing:
                parts.append("\n".join([say("part_missing"), *(f"- {one}" for one in missing)]))
            if verdict.offer:
                parts.append(say("offer_along"))
            return Answer(sentences, answer.citations, "\n\n".join(parts))
        case Decision.CLARIFY:
            if verdict.reason in ("unclear", NONE_MEANT):
                return Answer(text=say(verdict.reason))
            if verdict.reason == "answer_rejected":
                return Answer(text=say("rejected"))
            asked = say("detail" if verdict.reason == MISSING_DETAIL else "clarify")
            lines = [felt(asked), *(f"- {choice.label}" for choice in choices)]
            return Answer(text="\n".join(lines))
        case Decision.SMALLTALK:
            kind = heard.smalltalk.kind if heard.smalltalk else "help"
            return Answer(text=say(CONTEXT if verdict.reason == CONTEXT else kind))
        case Decision.HANDOFF:
            words = _own_words(verdict, heard) or say("handoff_sorry" if sorry else "handoff")
            if verdict.with_answer:
                return _led_by(f"{felt(words)}\n\n{say('lead')}", answer)
        case Decision.OFFER_HUMAN:
            if verdict.reason == "answer_rejected":
                return Answer(text=say("offer_rejected"))  # which is sorry already
            words = _own_words(verdict, heard) or say("offer_sorry" if sorry else "offer")
        case Decision.DECLINE:
            words = say("off_topic" if verdict.reason == "off_topic" else "decline")
    return Answer(text=words if sorry else felt(words))


def _led_by(words: str, answer: Answer) -> Answer:
    """Put words without evidence before an answer."""
    sentences = (ReplySentence(words, None), *answer.sentences)
    return Answer(sentences, answer.citations, f"{words}\n\n{answer.text}")


def _feeling(verdict: Verdict, heard: Heard, dialogue: Dialogue) -> str | None:
    """Name what acknowledges the customer's feeling; where life is in danger every word counts."""
    if (
        heard.matter is not None
        and verdict.reason == heard.matter.name
        and heard.matter.priority > 1
    ):
        return None
    if verdict.reason == "off_topic":
        return None
    if tone.worries(dialogue.question):
        return "feel_worry"
    return "feel_sorry" if _is_upset(heard, dialogue) else None


def _is_upset(heard: Heard, dialogue: Dialogue) -> bool:
    return heard.frustration >= _UPSET_FROM or tone.is_upset(dialogue.question)


def _own_words(verdict: Verdict, heard: Heard) -> str | None:
    """Return the owner's words for the matter that decided the turn, in the customer's language."""
    if heard.matter is None or verdict.reason != heard.matter.name:
        return None
    return heard.matter.says(heard.language)


def _lead(heard: Heard, dialogue: Dialogue, sorry: bool) -> str | None:
    """Name the lead-in of an answer: the feeling first; a plain one only on the first answer."""
    if tone.worries(dialogue.question) and not sorry:
        return "lead_worry"
    if sorry or _is_upset(heard, dialogue):
        return "lead_sorry"
    return None if heard.course.answered else "lead"
