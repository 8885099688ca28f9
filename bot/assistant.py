"""The bot: a conversation and a snapshot in, one reply with its evidence out."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot import clarifying, extraction, grounding, rendering, tone
from bot.confidence import load_coefficients, measure
from bot.course import Course, course_of
from bot.dialogue import (
    Choice,
    Citation,
    Decision,
    Dialogue,
    Reply,
    ReplySentence,
    Retrieved,
    Speaker,
)
from bot.errors import Ungrounded
from bot.frustration import frustration
from bot.language import fold, spoken
from bot.matters import Matter, load_matters, matter_of
from bot.outside import is_outside
from bot.overlap import asked_words, language_of
from bot.policy import Signals, Verdict, decide
from bot.queries import Plan, plan
from bot.rules import Rules, load_rules
from bot.smalltalk import Smalltalk, recognise
from bot.wishes import wants_person
from knowledge.embedding import Embedder, Encoded
from knowledge.search import Findings, WeightedQuery
from knowledge.snapshot import Snapshot

_log = logging.getLogger(__name__)

_RETRIEVED_ARTICLES: Final = 10
_PASSAGES_AN_ARTICLE: Final = 2  # kept with the reply for the packet and for evals
_SUMMARY_CHARS: Final = 300
_READ_CHARS: Final = 2000  # of a message, to tell whether it holds a word


@dataclass(frozen=True)
class _Answer:
    sentences: tuple[ReplySentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    text: str = ""


@dataclass(frozen=True)
class _Heard:
    """What the customer's turn says, before anything is searched."""

    language: str
    smalltalk: Smalltalk | None
    unclear: bool
    wants_person: float
    frustration: float
    course: Course
    matter: Matter | None
    outside: bool


class Assistant:
    """Decides replies. Holds no conversation: everything comes with the dialogue. Thread-safe."""

    def __init__(
        self,
        embedder: Embedder,
        rules: Rules | None = None,
        model: Any | None = None,
        matters: tuple[Matter, ...] | None = None,
    ) -> None:
        """Use `embedder` for questions, `rules` and `matters` (None: the defaults) for decisions.

        `model` is a language model that words answers; None: answers are the articles' own
        sentences. Raises ConfidenceMismatch when no confidence was fitted for this embedder.
        """
        self._embedder = embedder
        self._rules = rules or load_rules()
        self._matters = matters if matters is not None else load_matters()
        self._model = model
        self._coefficients = load_coefficients(embedder.model_id)

    def reply(self, snapshot: Snapshot | None, dialogue: Dialogue) -> Reply:
        """Decide the reply to the customer's last message; `snapshot` None: nothing published."""
        texts = self.queries(dialogue) if snapshot is not None else []
        encoded = dict(zip(texts, self._embedder.encode(texts), strict=True)) if texts else {}
        return self.decide(snapshot, dialogue, encoded)

    def queries(self, dialogue: Dialogue) -> list[str]:
        """Return the texts to embed before `decide`; empty when there is nothing to search for."""
        return [query.text for query in plan(dialogue).queries]

    def decide(
        self, snapshot: Snapshot | None, dialogue: Dialogue, encoded: Mapping[str, Encoded]
    ) -> Reply:
        """Decide the reply; `encoded` maps each text of `queries(dialogue)` to its encoding.

        Every sentence of an answer was found at its cited span in `snapshot` before this returns.
        """
        planned = plan(dialogue)
        heard = self._hear(dialogue, planned, encoded)
        findings = _search(snapshot, planned, encoded)
        confidence = self._confidence(findings, planned)
        answer = self._answer(snapshot, findings, planned)
        choices = self._choices(findings)
        signals = _signals(heard, confidence, answer, choices, snapshot)
        verdict = decide(signals, self._rules)
        sentences, text = _word(verdict, heard, answer, choices, dialogue)
        answers = verdict.decision is Decision.ANSWER
        return Reply(
            decision=verdict.decision,
            text=text,
            sentences=sentences,
            citations=answer.citations if answers else (),
            choices=choices if verdict.reason == "near_ties" else (),
            offer=verdict.offer,
            snapshot=snapshot.generation if snapshot is not None else None,
            confidence=confidence,
            frustration=heard.frustration,
            reason=verdict.reason,
            priority=heard.matter.priority if heard.matter else 0,
            figures=_figures(signals, self._rules),
            retrieved=_retrieved(findings),
            query=planned.queries[-1].text if planned.queries else "",
            summary=_summary(dialogue),
        )

    def _hear(self, dialogue: Dialogue, planned: Plan, encoded: Mapping[str, Encoded]) -> _Heard:
        text = dialogue.question
        language = spoken(text, dialogue.locale)
        smalltalk = recognise(text, language)
        course = course_of(dialogue)
        vague = smalltalk is not None and smalltalk.kind == "rejection" and not course.answered
        if vague:
            smalltalk = None  # nothing was shown yet: "it doesn't work" opens the matter
        own_words = encoded.get(planned.queries[0].text) if planned.queries else None
        vector = own_words.pooled if own_words is not None else None
        return _Heard(
            language=smalltalk.language if smalltalk else language,
            smalltalk=smalltalk,
            unclear=vague or not fold(text[:_READ_CHARS]),
            wants_person=wants_person(text, dialogue.turns[:-1]),
            frustration=frustration(dialogue, vector, self._embedder.model_id),
            course=course,
            matter=matter_of(text, self._matters),
            outside=is_outside(text),
        )

    def _confidence(self, findings: Findings | None, planned: Plan) -> float:
        if findings is None:
            return 0.0
        features = measure(findings, planned.leaning)
        return 0.0 if features is None else self._coefficients.probability(features)

    def _answer(
        self, snapshot: Snapshot | None, findings: Findings | None, planned: Plan
    ) -> _Answer:
        """Extract the best article's answer; an empty one when there is none that is grounded."""
        if snapshot is None or findings is None or not findings.articles:
            return _Answer()
        hit = findings.articles[0]
        article = snapshot.article(hit.article)
        if article is None:
            return _Answer()
        extracts = extraction.extract(
            hit,
            snapshot.passages(hit.article),
            article.text,
            asked_words(
                # A question of its own is answered by its own words, not by those before it.
                findings.question if planned.leaning > 0.5 else planned.queries[0].text,
                findings.terms,
                language_of(hit.hits[0].passage.index_text),
            ),
            max_sentences=self._rules.answer.max_sentences,
            max_items=self._rules.answer.max_items,
        )
        citations = tuple(
            Citation(
                article.id,
                article.title,
                article.url,
                article.text[e.start : e.end],
                e.start,
                e.end,
            )
            for e in extracts
        )
        sentences = tuple(
            ReplySentence(rendering.shown(c.quote, e.kind), at)
            for at, (c, e) in enumerate(zip(citations, extracts, strict=True))
        )
        try:
            grounding.check(sentences, citations, snapshot.article)
        except Ungrounded:
            _log.exception("answer withheld snapshot=%s", snapshot.generation)
            return _Answer()
        return _Answer(sentences, citations, rendering.lay_out(extracts, article.text))

    def _choices(self, findings: Findings | None) -> tuple[Choice, ...]:
        if findings is None:
            return ()
        ask_back = self._rules.ask_back
        return clarifying.near_ties(
            findings, max_gap=ask_back.max_gap, max_choices=ask_back.max_choices
        )


def _search(
    snapshot: Snapshot | None, planned: Plan, encoded: Mapping[str, Encoded]
) -> Findings | None:
    if snapshot is None or not planned.queries:
        return None
    queries = [WeightedQuery(q.text, encoded[q.text], q.weight) for q in planned.queries]
    return snapshot.search_encoded(queries, limit_articles=_RETRIEVED_ARTICLES)


def _signals(
    heard: _Heard,
    confidence: float,
    answer: _Answer,
    choices: Sequence[Choice],
    snapshot: Snapshot | None,
) -> Signals:
    rejected = heard.smalltalk is not None and heard.smalltalk.kind == "rejection"
    return Signals(
        wants_person=heard.wants_person,
        frustration=heard.frustration,
        confidence=confidence,
        smalltalk=heard.smalltalk is not None and not rejected,
        unclear=heard.unclear,
        has_answer=bool(answer.sentences),
        near_ties=len(choices),
        offered=heard.course.offered,
        asked_back=heard.course.asked_back,
        failures=heard.course.failures,
        repeats=heard.course.repeats,
        matter=heard.matter,
        rejected=rejected,
        outside=heard.outside,
        searched=snapshot is not None,
    )


def _word(
    verdict: Verdict,
    heard: _Heard,
    answer: _Answer,
    choices: Sequence[Choice],
    dialogue: Dialogue,
) -> tuple[tuple[ReplySentence, ...], str]:
    """Put a verdict into words: the reply's sentences (of an answer) and its whole text."""
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
            if verdict.offer:
                parts.append(say("offer_along"))
            return sentences, "\n\n".join(parts)
        case Decision.CLARIFY:
            if verdict.reason == "unclear":
                return (), say("unclear")
            lines = [say("clarify"), *(f"- {choice.label}" for choice in choices)]
            return (), "\n".join(lines)
        case Decision.SMALLTALK:
            return (), say(heard.smalltalk.kind if heard.smalltalk else "help")
        case Decision.HANDOFF:
            return (), _own_words(verdict, heard) or say("handoff_sorry" if sorry else "handoff")
        case Decision.OFFER_HUMAN:
            if own := _own_words(verdict, heard):
                return (), own
            rejected = verdict.reason == "answer_rejected"
            return (), say("offer_sorry" if sorry else "offer_rejected" if rejected else "offer")
        case Decision.DECLINE:
            return (), say("off_topic" if verdict.reason == "off_topic" else "decline")


def _own_words(verdict: Verdict, heard: _Heard) -> str | None:
    """Return the owner's words for the matter that decided the turn; they are in English."""
    decided = heard.matter is not None and verdict.reason == heard.matter.name
    return heard.matter.say if decided and heard.matter and heard.language == "en" else None


def _lead(heard: _Heard, dialogue: Dialogue, sorry: bool) -> str | None:
    """Name the lead-in of an answer: the feeling first; a plain one only on the first answer."""
    if sorry:
        return "lead_sorry"
    if tone.worries(dialogue.question):
        return "lead_worry"
    return None if heard.course.answered else "lead"


def _retrieved(findings: Findings | None) -> tuple[Retrieved, ...]:
    if findings is None:
        return ()
    hits = [hit for article in findings.articles for hit in article.hits[:_PASSAGES_AN_ARTICLE]]
    hits.sort(key=lambda hit: hit.score, reverse=True)
    return tuple(Retrieved(h.passage.article, h.passage.id, round(h.score, 4)) for h in hits)


def _figures(signals: Signals, rules: Rules) -> dict[str, float]:
    return {
        "wants_person": round(signals.wants_person, 3),
        "direct_wish": rules.person.direct_wish,
        "frustration": round(signals.frustration, 3),
        "offer_at_frustration": rules.person.offer_at_frustration,
        "confidence": round(signals.confidence, 3),
        "min_confidence": rules.answer.min_confidence,
        "failures": float(signals.failures),
        "repeats": float(signals.repeats),
    }


def _summary(dialogue: Dialogue) -> str:
    """The customer's own words so far, small talk left out, the last ones last."""
    said = [
        turn.text.strip()
        for turn in dialogue.turns
        if turn.speaker is Speaker.CUSTOMER and recognise(turn.text, "en") is None
    ]
    joined = rendering.fold_space(" / ".join(text[:_SUMMARY_CHARS] for text in said if text))
    return joined if len(joined) <= _SUMMARY_CHARS else f"…{joined[-_SUMMARY_CHARS:]}"
