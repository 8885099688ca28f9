"""A verdict put into words: the lead-in, the evidence, the offer, each in the customer's language."""

from collections.abc import Sequence

from bot import tone
from bot.answers import Answer
from bot.dialogue import Choice, Decision, Dialogue, ReplySentence
from bot.hearing import Heard
from bot.policy import Verdict


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
    sorry = verdict.reason == "frustration" or verdict.reason.endswith("after_offer")

    def say(occasion: str) -> str:
        return tone.say(occasion, heard.language, dialogue.profile)

    match verdict.decision:
        case Decision.ANSWER:
            lead = _lead(heard, dialogue, sorry)
            sentences = answer.sentences
            parts = [answer.text]
            if lead:
                sentences = (ReplySentence(say(lead), None), *sentences)
                parts.insert(0, say(lead))
            if missing:
                parts.append("\n".join([say("part_missing"), *(f"- {one}" for one in missing)]))
            if verdict.offer:
                parts.append(say("offer_along"))
            return Answer(sentences, answer.citations, "\n\n".join(parts))
        case Decision.CLARIFY:
            if verdict.reason == "unclear":
                return Answer(text=say("unclear"))
            lines = [say("clarify"), *(f"- {choice.label}" for choice in choices)]
            return Answer(text="\n".join(lines))
        case Decision.SMALLTALK:
            return Answer(text=say(heard.smalltalk.kind if heard.smalltalk else "help"))
        case Decision.HANDOFF:
            words = _own_words(verdict, heard) or say("handoff_sorry" if sorry else "handoff")
        case Decision.OFFER_HUMAN:
            rejected = verdict.reason == "answer_rejected"
            occasion = "offer_sorry" if sorry else "offer_rejected" if rejected else "offer"
            words = _own_words(verdict, heard) or say(occasion)
        case Decision.DECLINE:
            words = say("off_topic" if verdict.reason == "off_topic" else "decline")
    return Answer(text=words)


def _own_words(verdict: Verdict, heard: Heard) -> str | None:
    """Return the owner's words for the matter that decided the turn; they are in English."""
    decided = heard.matter is not None and verdict.reason == heard.matter.name
    return heard.matter.say if decided and heard.matter and heard.language == "en" else None


def _lead(heard: Heard, dialogue: Dialogue, sorry: bool) -> str | None:
    """Name the lead-in of an answer: the feeling first; a plain one only on the first answer."""
    if sorry:
        return "lead_sorry"
    if tone.worries(dialogue.question):
        return "lead_worry"
    return None if heard.course.answered else "lead"
