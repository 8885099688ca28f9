"""From a conversation to what is searched: the question, with what it leans on at its side."""

import re
from dataclasses import dataclass
from typing import Final

from bot.choosing import says_none, taken_in
from bot.context import tells_context
from bot.dialogue import Decision, Dialogue, Speaker, Turn
from bot.language import fold
from bot.manners import beside_manners
from bot.naming import Titles
from bot.question_words import QUESTION_WORDS
from bot.smalltalk import recognise
from bot.wordless import is_wordless
from knowledge import words

_MAX_CHARS: Final = 2000  # far beyond an embedder's window; keyword search gets no more either
_TOPIC_CHARS: Final = 300
_ANSWER_CHARS: Final = 500
# The bot's last answer names what "it" is; it weighs this much of what the joined question does.
_ANSWER_SHARE: Final = 0.7
_REWRITE_SHARE: Final = 0.8  # of the weight of the joined question
# An article that the conversation names is what the question is about. Fitted by hand on three sets
# of follow-ups: the right article came first in .90 of 154 (places with names; .66 without), and in as
# many as before where names matter less.
_NAMED_WEIGHT: Final = 3.0
_NAMED_LEANING: Final = 0.5  # at least: a question without a name of its own may well be about it
_BESIDE_NAMED: Final = 0.5  # what the topic and the last answer still weigh then
# Who told what they have before they asked has told it for the question.
_LEANING_ON_CONTEXT: Final = 0.9
_TURNS_BACK: Final = 12  # further back, another matter was talked about
_MAX_BURST: Final = 4  # messages in a row without a reply that are read as one
_FEW_WORDS: Final = 3  # a question of so few words that carry meaning needs its context
_NO_MATTER: Final = frozenset(
    {Decision.SMALLTALK, Decision.DECLINE, Decision.OFFER_HUMAN, Decision.HANDOFF}
)
_LEANS: Final = re.compile(
    r"^\W*(?:and|but|so|also|or|what about|how about|what if|then|und|aber|et|mais|y|pero|e)\b|"
    r"\b(?:it|its|it's|that|this|they|them|their|those|these|there|he|she|him|her|his|one|ones|"
    r"same|other|else|instead|er|sie|es|das|dies\w*|il|elle|cela|ça|eso|esto|lo|isso|dit|dat)\b",
    re.IGNORECASE,
)
_ASKS_ANEW: Final = re.compile(rf"\W*{QUESTION_WORDS}", re.IGNORECASE)
# "That was about readers. How many bulbs …?" asks about bulbs.
_CORRECTS: Final = re.compile(
    r"^\W*(?:(?:but|no|sorry|well)\b[\s,]*)*(?:that|this|it)(?:'s| is| was|’s)(?: only| just)? (?:not |about |for |the "
    r"wrong |wrong\b)[^.!?;\n]{0,60}[.!;\n]+\s*(?=\w.*\?\s*$)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True)
class Query:
    """One text to search for and its share of the whole (above 0; only ratios count)."""

    text: str
    weight: float = 1.0


@dataclass(frozen=True)
class Plan:
    """What is searched for a turn: the customer's own words first.

    `leaning` rates 0..1 how much the question needs what came before it.
    """

    queries: tuple[Query, ...]
    leaning: float = 0.0

    @property
    def leans(self) -> bool:
        """Whether the question is understood only together with what came before it."""
        return self.leaning > 0.5

    @property
    def asked(self) -> str:
        """The question in the customer's words, with what it leans on where it leans; "" for none.

        With a language model that is its rewrite.
        """
        if not self.queries:
            return ""
        return self.queries[1 if self.leans else 0].text


def plan(dialogue: Dialogue, titles: Titles | None = None) -> Plan:
    """Return what to search for; no query when the last message holds no word.

    `titles` are the articles' that are searched, so that a follow-up is about the one named last;
    None: names are not looked for.
    """
    burst, earlier = _last_burst(dialogue.turns)
    text = beside_manners(" ".join(burst))[:_MAX_CHARS]
    text = _CORRECTS.sub("", text).strip()
    text = text or dialogue.question[:_MAX_CHARS].strip()
    if not fold(text):
        return Plan(())
    topic = _topic(earlier)
    if topic is None or fold(topic) == fold(text):
        return Plan((Query(text),))
    leaning = 1.0 if _answers_a_question_back(text, earlier) else _leaning(text)
    if tells_context(topic):
        leaning = max(leaning, _LEANING_ON_CONTEXT)
    named = _named_before(titles, text, earlier)
    share = _BESIDE_NAMED if named else 1.0
    queries = [Query(text), Query(f"{topic} {text}", share * leaning)]
    weight = _NAMED_WEIGHT * max(leaning, _NAMED_LEANING) / max(1, len(named))
    queries += [Query(f"{title} {text}", weight) for title in named]
    if taken_in(earlier[-1], text):  # the choice says all; what was offered beside it misleads
        return Plan(tuple(queries), leaning)
    if answered := _last_answer(earlier):
        queries.append(Query(answered, share * _ANSWER_SHARE * leaning))
    if dialogue.rewrite:  # beside the others, never instead: a model may misread what is meant
        queries.insert(1, Query(dialogue.rewrite, share * _REWRITE_SHARE * leaning))
    return Plan(tuple(queries), leaning)


def chosen_plans(dialogue: Dialogue) -> tuple[Plan, ...]:
    """Return what each of several choices taken at once is searched for; empty for fewer.

    The first query of each is the choice.
    """
    burst, earlier = _last_burst(dialogue.turns)
    taken = taken_in(earlier[-1] if earlier else None, " ".join(burst))
    topic = _topic(earlier)
    if len(taken) < 2 or topic is None:
        return ()
    return tuple(Plan((Query(one), Query(f"{topic} {one}")), leaning=1.0) for one in taken)


def _named_before(titles: Titles | None, text: str, earlier: tuple[Turn, ...]) -> tuple[str, ...]:
    """Return the titles that the conversation named last; none when the question names its own."""
    if titles is None or titles.named_in(text):
        return ()
    return titles.last_named([turn.text for turn in earlier[-_TURNS_BACK:]])


def _leaning(text: str) -> float:
    said = words.split(text)
    carrying = [word for word in said if not words.is_function_word(word)]
    leans = bool(_LEANS.search(text))
    if len(carrying) <= _FEW_WORDS:
        if leans:
            return 0.9
        # "on the phone?" needs what was said before; "where is my parcel" is a question of its own.
        return 0.6 if len(said) <= _FEW_WORDS else 0.2
    return 0.6 if leans else 0.2


def _answers_a_question_back(text: str, earlier: tuple[Turn, ...]) -> bool:
    """Tell a choice from among those offered from a new question."""
    if not earlier or earlier[-1].decision is not Decision.CLARIFY:
        return False
    offered = " ".join(fold(earlier[-1].text))
    return " ".join(fold(text)) in offered or not _ASKS_ANEW.match(text)


def _last_burst(turns: tuple[Turn, ...]) -> tuple[list[str], tuple[Turn, ...]]:
    """Split off the customer's last messages that nobody answered in between, small talk left out."""
    start = len(turns) - 1
    while start > 0 and turns[start - 1].speaker is Speaker.CUSTOMER:
        start -= 1
    said = [turn.text[:_MAX_CHARS] for turn in turns[start:] if _asks(turn.text)]
    return said[-_MAX_BURST:], turns[:start]


def _asks(text: str) -> bool:
    return not is_wordless(text) and recognise(text, "en") is None


def _topic(earlier: tuple[Turn, ...]) -> str | None:
    """Return the last thing the customer asked before; turning down choices asks nothing."""
    for turn in reversed(earlier):
        if turn.speaker is Speaker.CUSTOMER and _asks(turn.text) and not says_none(turn.text):
            return turn.text[:_TOPIC_CHARS].strip()
    return None


def _last_answer(earlier: tuple[Turn, ...]) -> str | None:
    """Return the last thing the bot or an agent said of the matter."""
    for turn in reversed(earlier):
        if turn.speaker is not Speaker.CUSTOMER and turn.decision not in _NO_MATTER:
            return turn.text[:_ANSWER_CHARS].strip() or None
    return None
