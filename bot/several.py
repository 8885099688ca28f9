"""Several questions in one message: taken apart, answered each with its evidence, put together."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.answers import Answer
from bot.dialogue import Dialogue, ReplySentence
from bot.language import FALLBACK
from bot.manners import beside_manners
from bot.overlap import asked_words, held, language_of
from bot.queries import Plan, Query, chosen_plans, plan
from bot.question_words import QUESTION_WORDS
from bot.smalltalk import recognise
from knowledge import words
from knowledge.search import Findings

_MAX_QUESTIONS: Final = 3  # a longer list is searched as one text
_MAX_CHARS: Final = 1200
_MIN_CARRYING: Final = 2  # words that carry meaning, or it is no question of its own
_MIN_LEANING: Final = 1  # of one that leans on what stands before it
_LIKELY: Final = 0.5  # probability from which a part's answer may be taken for told by the whole
_LEAST_WORDS: Final = 4
_NEAR: Final = 3  # articles found, among which one that is known to be meant is taken
_LEANING: Final = 0.9  # as much as a follow-up of few words (`bot/queries.py`)

# The end of a question, or a comma, a full stop or an "and" before the next one.
_BETWEEN: Final = re.compile(
    rf"(?<=[?？])\s*|\n+|(?:[.!;,]\s+|[,;]?\s+(?:and|und|et|y|e|en|plus)\s+)(?:also\s+)?(?={QUESTION_WORDS})",
    re.IGNORECASE,
)
_OPENS: Final = re.compile(
    rf"\W*+(?:(?:and|also|und|et|y|e|en|then|so|\d[.)])\W*+)?{QUESTION_WORDS}", re.IGNORECASE
)
# "When I park outside, what happens?" asks once: "when" with its subject right behind it is no
# question, nor is "can't find it".
_CLAUSE: Final = re.compile(
    r"\W*(?:when|where|what|how|which|who)\s+(?:i|you|we|they|it|he|she|my|the|our|your|a|an)\b|"
    r"\W*(?:quand|cuando|quando)\b[^?？]*$|"
    r"\W*\w+n['’]t\s+(?!(?:i|you|we|they|it|my|the)\b)",
    re.IGNORECASE,
)
# What only announces questions: "I have two of them", said at the start.
_ANNOUNCES: Final = re.compile(
    r"^[^?？:.!\n]{0,60}?\b(?:questions?|things|fragen?|dinge|sachen|choses|preguntas?|cosas|perguntas?|"
    r"coisas|domand[ae]|cose|vra(?:ag|gen)|dingen|pyta(?:nie|nia)|sprawy|質問|أسئلة|سؤالان)\b"
    r"(?: please| for you| bitte| s'il vous plaît| por favor| per favore| alstublieft)?\s*[:.!,;\n–-]+\s*",
    re.IGNORECASE,
)
# Names with a capital, side by side in a list.
_LISTED: Final = re.compile(
    r"\b([A-Z]\w+)(?:,\s+(?:and\s+|or\s+)?|\s+(?:and|or|und|oder|et|ou|y|e|o|en|of|i|lub)\s+)(?=([A-Z]\w+)?)"
)
# "…, and does it have wifi?" needs what stands before it.
_LEANS: Final = re.compile(
    r"\b(?:its?|they|them|their|this|that|these|those|he|she|his|her|him|one(?! \w)|ones|er|sie|es|ihn|ihm|"
    r"il|elle|ils|elles|lo|ça|cela|eso|esto|isso|ele|ela|dit|dat|het|jego|ich|nich)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Asked:
    """What a part of a message is searched for: its own words first.

    `leans`: it is understood only with the part before it.
    """

    plan: Plan
    leans: bool = False


@dataclass(frozen=True)
class Part:
    """One part of a message, how sure its best answer is, and the answer; `leans` as asked."""

    question: str
    confidence: float
    answer: Answer
    leans: bool = False


def asked_in(dialogue: Dialogue) -> tuple[Asked, ...]:
    """Return the parts of the last message: choices taken, or questions; empty for fewer than two.

    A question that leans on the one before it has that beside it, the first one what was said before.
    """
    if chosen := chosen_plans(dialogue):
        return tuple(map(Asked, chosen))
    questions = questions_in(dialogue.question)
    return tuple(_asked(dialogue, questions, at) for at in range(len(questions)))


def _asked(dialogue: Dialogue, questions: Sequence[str], at: int) -> Asked:
    question = questions[at]
    if not _LEANS.search(question):
        return Asked(Plan((Query(question),)))
    if at > 0:
        together = Query(f"{questions[at - 1]} {question}", _LEANING)
        return Asked(Plan((Query(question), together), _LEANING), leans=True)
    last = replace(dialogue.turns[-1], text=question)
    return Asked(plan(replace(dialogue, turns=(*dialogue.turns[:-1], last))))


def questions_in(text: str) -> tuple[str, ...]:
    """Return the two or three questions a message asks; empty when it asks one, or more.

    Each opens like a question and carries meaning of its own. Greetings, thanks and "I have two
    questions" stand in none of them.
    """
    if len(text) > _MAX_CHARS:
        return ()
    said = beside_manners(text.strip())
    if not _OPENS.match(said):  # "Where do I report lost things, …" asks, and announces nothing
        said = _ANNOUNCES.sub("", said)
    pieces = [piece.strip(" \t,;") for piece in _BETWEEN.split(said)]
    pieces = [p for p in pieces if words.split(p) and recognise(p, FALLBACK) is None]
    if not 2 <= len(pieces) <= _MAX_QUESTIONS:
        return ()
    return tuple(pieces) if all(map(_is_question, pieces)) else ()


def _is_question(piece: str) -> bool:
    carrying = sum(not words.is_function_word(word) for word in words.split(piece))
    least = _MIN_LEANING if _LEANS.search(piece) else _MIN_CARRYING
    asks = _OPENS.match(piece) or piece.endswith(("?", "？"))
    return bool(asks) and not _CLAUSE.match(piece) and carrying >= least


def unknown_names(findings: Findings) -> tuple[str, ...]:
    """Return the names in a list of names ("Visa, Amex and Twint") that no article knows.

    Empty where none of the list is known: then it may be no list of theirs.
    """
    listed = dict.fromkeys(name for pair in _LISTED.findall(findings.question) for name in pair)
    names = [name for name in listed if name]
    if len(names) < 2 or not findings.articles:
        return ()
    text = "\n".join(hit.passage.index_text for a in findings.articles for hit in a.hits)
    language = language_of(findings.articles[0].hits[0].passage.index_text)
    asked = {one.word: one for one in asked_words(findings.question, findings.terms, language)}
    unknown = tuple(
        name
        for name in names
        if (one := asked.get(name.lower())) and one.idf == 0 and not held(one, text, language)
    )
    return unknown if len(unknown) < len(names) else ()


def beside(findings: Findings, article: str | None) -> Findings:
    """Put an article first that is known to be meant, where it is among the best found."""
    if article is None or not findings.articles:
        return findings
    found = findings.articles
    at = next((n for n, one in enumerate(found[:_NEAR]) if one.article == article), 0)
    return replace(findings, articles=(found[at], *found[:at], *found[at + 1 :]))


def joined(
    parts: Sequence[Part], whole: Answer, min_confidence: float
) -> tuple[Answer, tuple[str, ...]]:
    """Put the answers that are sure enough together, in the order asked.

    `whole` answers the message as one question, empty where that is not sure; what it quotes too is
    sure. Returns them as one answer, and the questions that had none. Empty when none was sure
    enough, when one leans on another, not all are, and `whole` is sure, and when `whole` tells as much:
    then the message is better answered as one question.
    """
    sure = [p for p in parts if p.confidence >= min_confidence and p.answer.sentences]
    held = [p for p in parts if _holds(whole, p) and _spans(p.answer) <= _spans(whole)]
    told = [part for part in parts if part in sure or part in held]
    leaning = any(part.leans for part in parts)
    if not sure or (leaning and len(told) < len(parts) and whole.sentences):
        return Answer(), ()
    if (leaning or len(sure) < len(parts)) and all(_holds(whole, part) for part in parts):
        return Answer(), ()
    together = Answer()
    for at, part in enumerate(told):
        if any(_spans(part.answer) < _spans(later.answer) for later in told[at + 1 :]):
            continue  # as a row of the table that comes next
        if _says_more(part.answer, together):
            together = _after(together, part.answer)
    return together, tuple(part.question for part in parts if part not in told)


def _holds(whole: Answer, part: Part) -> bool:
    """Whether the whole quotes most of what rather answers a part than not."""
    spans = _spans(part.answer)
    likely = part.leans or part.confidence >= _LIKELY
    return bool(spans) and likely and 2 * len(spans & _spans(whole)) >= len(spans)


def _says_more(part: Answer, told: Answer) -> bool:
    """Whether a part's answer quotes more beyond what was told than a label ("**Refunds.**")."""
    told_spans = _spans(told)
    beyond = (c.quote for c in part.citations if (c.article, c.start) not in told_spans)
    return sum(len(words.split(quote)) for quote in beyond) >= _LEAST_WORDS


def _spans(answer: Answer) -> set[tuple[str, int]]:
    return {(citation.article, citation.start) for citation in answer.citations}


def _after(first: Answer, second: Answer) -> Answer:
    shift = len(first.citations)
    moved = tuple(
        ReplySentence(s.text, s.citation if s.citation is None else s.citation + shift)
        for s in second.sentences
    )
    text = "\n\n".join(filter(None, (first.text, second.text)))
    return replace(
        first,
        sentences=first.sentences + moved,
        citations=first.citations + second.citations,
        text=text,
    )
