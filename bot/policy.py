"""What to do with a turn: one pure function from signals to a verdict."""

from dataclasses import dataclass
from typing import Final

from bot.dialogue import DIRECT_REQUEST, Decision
from bot.matters import Action, Matter
from bot.rules import Rules

SOURCE_SHOWN: Final = "source_shown"
MISSING_DETAIL: Final = "missing_detail"
NEAR_TIES: Final = "near_ties"
NONE_MEANT: Final = "none_meant"
CONTEXT: Final = "context"

# A message with instructions for a machine speaks of assistants and people without wanting one; it
# must say so this clearly.
_CLEAR_WISH: Final = 0.97
# Of an answer beside a handoff for a danger: what does not fit is out of place there.
_VERY_SURE: Final = 0.95


@dataclass(frozen=True)
class Signals:
    """All that the policy looks at. Probabilities are 0..1.

    `wants_person` and `frustration` rate the customer; `confidence` the best answer found (0.0 when
    nothing was found). `smalltalk` says the message only greets, thanks or chats; `unclear` that it
    holds no words. `has_answer` says there are grounded sentences to send. `near_ties` counts the
    articles that could be meant (0 or 1: no doubt). `opening` says that one thing is asked, and nothing was
    before; `unknown` is the share (0..1) of the question's weight in words that no article holds.
    `offered` says the episode has had its offer, `refused` that the customer turned it down,
    `asked_back` that the bot's last turn was a question back. `failures` counts the bot turns in a row, up to now, that did not help,
    `failures_since_offer` those after the offer; `repeats` the customer's turns on this same point,
    this one included. `outside` says the message asks for what no article can give (see
    `bot.outside`), `rejected` that it only turns down the bot's last answer, `loud` that it shouts.
    `searched` says there were articles to search, `foreign` that none is in the message's language
    (see `bot.foreign`): little confidence does not make it off topic. `shows_source` says it asks
    where the last answer stands, and that is found; `open_detail` counts the devices, plans or
    products that the best answer differs by, where the customer named none (0: none is open).
    `none_meant` says that none of the choices just offered is meant; `told` that the message only tells
    what the customer has or is, `asked_nothing` that they did no more before either. `matter` is what a
    person should see, whatever could be answered.
    """

    wants_person: float = 0.0
    frustration: float = 0.0
    confidence: float = 0.0
    smalltalk: bool = False
    unclear: bool = False
    has_answer: bool = False
    near_ties: int = 0
    opening: bool = False
    unknown: float = 0.0
    offered: bool = False
    refused: bool = False
    asked_back: bool = False
    failures: int = 0
    failures_since_offer: int = 0
    repeats: int = 1
    rejected: bool = False
    loud: bool = False
    outside: bool = False
    searched: bool = True
    foreign: bool = False
    shows_source: bool = False
    open_detail: int = 0
    none_meant: bool = False
    told: bool = False
    asked_nothing: bool = False
    matter: Matter | None = None


@dataclass(frozen=True)
class Verdict:
    """What to do, why (a short code for the packet and the measures), and whether to offer.

    `with_answer`: a handoff shows the answer too.
    """

    decision: Decision
    reason: str
    offer: bool = False
    with_answer: bool = False


def decide(signals: Signals, rules: Rules) -> Verdict:
    """Return the one verdict for these signals.

    Holds for every input: a direct wish hands over (a clear one, where `outside`); an episode gets at
    most one offer; an answer is sent only when there is one and its confidence reaches the rule, or to
    show the last one's source; choices are never offered twice in a row. The first rejected answer is
    asked back about, the next one is a failed answer too many.
    """
    clear = max(rules.person.direct_wish, _CLEAR_WISH if signals.outside else 0.0)
    if signals.wants_person >= clear:
        return Verdict(Decision.HANDOFF, DIRECT_REQUEST)
    matter = _in_earnest(signals)
    if matter is not None and matter.action is Action.HAND_OVER:
        shown = matter.with_answer and _is_sure(signals, rules) and signals.confidence >= _VERY_SURE
        return Verdict(Decision.HANDOFF, matter.name, with_answer=shown)
    if reason := _past_patience(signals, rules):
        return Verdict(Decision.HANDOFF, reason)
    trouble = None if signals.offered else _trouble(signals, rules)
    if signals.rejected:
        if signals.offered:
            return Verdict(Decision.HANDOFF, "failed_after_offer")
        if trouble or signals.asked_back:
            return Verdict(Decision.OFFER_HUMAN, trouble or "answer_rejected", offer=True)
        return Verdict(Decision.CLARIFY, "answer_rejected")
    if signals.none_meant:
        if trouble:
            return Verdict(Decision.OFFER_HUMAN, trouble, offer=True)
        return Verdict(Decision.CLARIFY, NONE_MEANT)
    if signals.smalltalk or signals.unclear:
        if trouble:
            return Verdict(Decision.OFFER_HUMAN, trouble, offer=True)
        if signals.smalltalk:
            return Verdict(Decision.SMALLTALK, "smalltalk")
        return Verdict(Decision.CLARIFY, "unclear")
    if signals.outside and not trouble:
        return Verdict(Decision.DECLINE, "off_topic")
    if signals.told and signals.asked_nothing and not trouble:
        return Verdict(Decision.SMALLTALK, CONTEXT)
    if signals.shows_source:
        return Verdict(Decision.ANSWER, SOURCE_SHOWN, offer=trouble is not None)
    if _asks_for_a_detail(signals, rules) and not trouble:
        return Verdict(Decision.CLARIFY, MISSING_DETAIL)
    if _is_sure(signals, rules):
        return Verdict(Decision.ANSWER, trouble or "confident", offer=trouble is not None)
    if trouble:
        return Verdict(Decision.OFFER_HUMAN, trouble, offer=True)
    if signals.told and not signals.asked_back:
        return Verdict(Decision.SMALLTALK, CONTEXT)
    if _asks_which_is_meant(signals, rules):
        return Verdict(Decision.CLARIFY, NEAR_TIES)
    if _is_off_topic(signals, rules):
        return Verdict(Decision.DECLINE, "off_topic")
    if signals.offered:
        return Verdict(Decision.DECLINE, "already_offered")
    reason = "low_confidence" if signals.searched else "no_articles"
    return Verdict(Decision.OFFER_HUMAN, reason, offer=True)


def _is_sure(signals: Signals, rules: Rules) -> bool:
    sure = signals.confidence >= rules.answer.min_confidence
    return signals.has_answer and sure and not signals.outside


def _asks_which_is_meant(signals: Signals, rules: Rules) -> bool:
    """Whether the articles nearly as good could each be meant."""
    if signals.near_ties < 2 or signals.asked_back:
        return False
    ask_back = rules.ask_back
    if not signals.opening or signals.foreign:
        return signals.confidence >= ask_back.min_confidence
    least = max(ask_back.min_confidence, ask_back.opening_min_confidence)
    return signals.confidence >= least and signals.unknown <= ask_back.opening_max_unknown


def _asks_for_a_detail(signals: Signals, rules: Rules) -> bool:
    return (
        signals.open_detail >= 2
        and not signals.asked_back
        and not signals.outside
        and signals.confidence >= rules.ask_back.min_confidence
    )


def _is_off_topic(signals: Signals, rules: Rules) -> bool:
    unsure = signals.confidence < rules.decline.off_topic_below
    return unsure and signals.searched and not signals.foreign


def _in_earnest(signals: Signals) -> Matter | None:
    """The matter, unless the words that name it stand in instructions for a machine."""
    matter = signals.matter
    return matter if matter is not None and (matter.always or not signals.outside) else None


def _past_patience(signals: Signals, rules: Rules) -> str | None:
    """Name what hands over without a wish: trouble that comes again once an offer has been made.

    A customer who turned the offer down is not handed over for asking the same again.
    """
    if not signals.offered:
        return None
    person = rules.person
    if signals.frustration >= person.hand_over_at_frustration:
        return "frustrated_after_offer"
    if signals.smalltalk or signals.unclear or signals.outside or signals.none_meant:
        return None
    if signals.told:
        return None
    no_answer = not signals.has_answer or signals.confidence < rules.answer.min_confidence
    failures = signals.failures_since_offer + (no_answer and not _is_off_topic(signals, rules))
    if failures >= person.hand_over_after_failures:
        return "failed_after_offer"
    if signals.refused:
        return None
    if no_answer and signals.matter is not None and signals.matter.action is Action.OFFER:
        return signals.matter.name
    repeats = person.hand_over_after_repeats - (1 if no_answer else 0)
    return "same_point_after_offer" if signals.repeats >= repeats else None


def _trouble(signals: Signals, rules: Rules) -> str | None:
    """Name what earns the episode's offer whatever else happens, or None."""
    matter = _in_earnest(signals)
    if matter is not None and matter.action is Action.OFFER:
        return matter.name
    failed = signals.failures >= rules.person.offer_after_failures
    # "That isn't it", said once and calmly, is no anger yet, however often angry people say it.
    turned_down = signals.rejected or signals.none_meant
    calm = turned_down and not signals.loud and not failed
    if signals.frustration >= rules.person.offer_at_frustration and not calm:
        return "frustration"
    if failed:
        return "failed_answers"
    if signals.repeats >= rules.person.offer_after_repeats:
        return "same_point"
    return None
