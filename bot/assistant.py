"""The bot: a conversation and a snapshot in, one reply with its evidence out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bot import clarifying, details, rendering, saying, showing
from bot.answers import Answer, extracted
from bot.calibration import Calibration
from bot.choosing import Choosing, chosen_last, offered_in, taken_in, with_choices
from bot.confidence import load_coefficients
from bot.context import only_told, tells_context
from bot.dialogue import Choice, Decision, Dialogue, Reply, Retrieved, Speaker
from bot.foreign import is_foreign
from bot.hearing import Heard, hear, own_words
from bot.matters import Matter, learn_likeness, load_matters
from bot.naming import titles_of
from bot.outside import in_earnest
from bot.policy import MISSING_DETAIL, NEAR_TIES, SOURCE_SHOWN, Signals, decide
from bot.queries import Plan, plan
from bot.rating import Rated, Rating
from bot.reading.reader import load_reader
from bot.rules import Rules, load_rules
from bot.several import Part, asked_in, beside, joined, unknown_names
from bot.smalltalk import recognise
from knowledge.embedding import Embedder, Encoded
from knowledge.search import Findings, WeightedQuery
from knowledge.snapshot import Snapshot

_RETRIEVED_ARTICLES: Final = 10
_PASSAGES_AN_ARTICLE: Final = 2  # kept with the reply for the packet and for evals
_SUMMARY_CHARS: Final = 300
_CHOICES: Final = frozenset({NEAR_TIES, MISSING_DETAIL})  # reasons that come with choices


@dataclass(frozen=True)
class _Found:
    """What the search gave a turn: the answer and how sure it is, and what could be asked back."""

    answer: Answer
    missing: tuple[str, ...]  # the message's questions that the answer leaves open
    confidence: float
    choices: tuple[Choice, ...]
    details: tuple[Choice, ...]
    source: Answer
    searched: bool
    unknown: float  # share of the question's weight in words that no article holds


class Assistant:
    """Decides replies. Holds no conversation: everything comes with the dialogue. Thread-safe."""

    def __init__(
        self,
        embedder: Embedder,
        rules: Rules | None = None,
        matters: tuple[Matter, ...] | None = None,
        calibration: Calibration | None = None,
        likeness_file: Path | None = None,
    ) -> None:
        """Use `embedder` for questions, `rules` and `matters` (None: the defaults) for decisions.

        `calibration` is an owner's own confidence and threshold; None: those that ship.
        `likeness_file` keeps the vectors of the matters' examples from one start to the next.
        Raises ConfidenceMismatch when no confidence was fitted for this embedder, ReadingMismatch
        when what reads passages for it is missing or damaged.
        """
        self._embedder = embedder
        rules = rules or load_rules()
        self._rules = rules if calibration is None else calibration.applied_to(rules)
        self._matters = matters if matters is not None else load_matters()
        self._likeness = learn_likeness(self._matters, embedder, likeness_file)
        self._rating = Rating(
            load_coefficients(embedder.model_id)
            if calibration is None
            else calibration.coefficients,
            load_reader(embedder.model_id),
        )

    @property
    def min_confidence(self) -> float:
        """The probability from which an answer is sent."""
        return self._rules.answer.min_confidence

    def rate(self, snapshot: Snapshot, dialogue: Dialogue) -> Rated | None:
        """Return the best answer's article and what its confidence rests on; None for no search."""
        texts = self.queries(dialogue, snapshot)
        encoded = dict(zip(texts, self._embedder.encode(texts), strict=True)) if texts else {}
        dialogue = _as_meant(dialogue)
        planned, findings = _looked(snapshot, dialogue, encoded)
        return self._rating.rate(self._settled(findings, dialogue), planned)

    def reply(self, snapshot: Snapshot | None, dialogue: Dialogue) -> Reply:
        """Decide the reply to the customer's last message; `snapshot` None: nothing published."""
        texts = self.queries(dialogue, snapshot)
        encoded = dict(zip(texts, self._embedder.encode(texts), strict=True)) if texts else {}
        return self.decide(snapshot, dialogue, encoded)

    def queries(self, dialogue: Dialogue, snapshot: Snapshot | None) -> list[str]:
        """Return the texts to embed before `decide` from this `snapshot`; empty without a word."""
        dialogue = _as_meant(dialogue)
        texts = [query.text for query in _planned(dialogue, snapshot).queries]
        said = own_words(dialogue)
        parts = [query.text for asked in asked_in(dialogue) for query in asked.plan.queries]
        more = [*([said] if said else []), *parts]
        return list(dict.fromkeys([*texts, *more]))

    def decide(
        self, snapshot: Snapshot | None, dialogue: Dialogue, encoded: Mapping[str, Encoded]
    ) -> Reply:
        """Decide the reply; `encoded` maps each text of `queries(dialogue, snapshot)` to its encoding.

        Every sentence of an answer was found at its cited span in `snapshot` before this returns.
        """
        choosing = chosen_last(dialogue)
        dialogue = _as_meant(dialogue)
        planned, findings = _looked(snapshot, dialogue, encoded)
        heard = hear(dialogue, encoded, self._embedder.model_id, self._matters, self._likeness)
        heard = _understood(heard, choosing)
        found = self._find(snapshot, dialogue, encoded, planned, findings)
        foreign = is_foreign(snapshot, findings)
        signals = replace(
            _signals(heard, found, foreign),
            none_meant=choosing is not None and choosing.none,
            told=tells_context(dialogue.question) and choosing is None,
            asked_nothing=only_told(dialogue),
            opening=len(planned.queries) == 1 and clarifying.asks_one_thing(dialogue.question),
        )
        verdict = decide(signals, self._rules)
        answer = found.source if verdict.reason == SOURCE_SHOWN else found.answer
        choices = found.details if verdict.reason == MISSING_DETAIL else found.choices
        sent = saying.worded(verdict, heard, answer, choices, dialogue, found.missing)
        return Reply(
            decision=verdict.decision,
            text=sent.text,
            sentences=sent.sentences,
            citations=sent.citations,
            choices=choices if verdict.reason in _CHOICES else (),
            offer=verdict.offer,
            snapshot=snapshot.generation if snapshot is not None else None,
            confidence=found.confidence,
            frustration=heard.frustration,
            reason=verdict.reason,
            priority=heard.matter.priority if heard.matter else 0,
            figures=_figures(signals, self._rules),
            retrieved=_retrieved(findings),
            query=planned.asked,
            summary=_summary(dialogue),
        )

    def _find(
        self,
        snapshot: Snapshot | None,
        dialogue: Dialogue,
        encoded: Mapping[str, Encoded],
        planned: Plan,
        findings: Findings | None,
    ) -> _Found:
        findings = self._settled(findings, dialogue)
        parts = self._parts(snapshot, dialogue, encoded)
        as_one, confidence = self._answered(snapshot, findings, planned)
        sure = confidence >= self.min_confidence
        answer, missing = joined(parts, as_one if sure else Answer(), self.min_confidence)
        if answer.sentences:
            rated = [p.confidence for p in parts if p.confidence >= self.min_confidence]
            confidence = sum(rated) / len(rated)
        else:
            answer = as_one
            missing = unknown_names(findings) if findings and not parts else ()
        return _Found(
            answer=answer,
            missing=missing,
            confidence=confidence,
            choices=self._choices(findings),
            details=self._details(findings, dialogue, parts),
            source=_source(snapshot, dialogue, findings),
            searched=snapshot is not None,
            unknown=clarifying.unknown_share(findings) if findings else 0.0,
        )

    def _parts(
        self, snapshot: Snapshot | None, dialogue: Dialogue, encoded: Mapping[str, Encoded]
    ) -> list[Part]:
        """Look for each part of a message that asks several things; none where it asks one."""
        parts: list[Part] = []
        article: str | None = None
        for asked in asked_in(dialogue):
            findings = self._settled(_search(snapshot, asked.plan, encoded), dialogue)
            if findings is not None and asked.leans:
                findings = beside(findings, article)
            answer, sure = self._answered(snapshot, findings, asked.plan)
            article = findings.articles[0].article if findings and findings.articles else None
            parts.append(Part(asked.plan.queries[0].text, sure, answer, asked.leans))
        return parts

    def _settled(self, findings: Findings | None, dialogue: Dialogue) -> Findings | None:
        """Without what is for another device or plan than the customer has, what they chose first."""
        if findings is None:
            return None
        told = [turn.text for turn in dialogue.turns if turn.speaker is Speaker.CUSTOMER]
        known = [*dialogue.profile.values(), *told]
        settled = details.settled(findings, known, max_gap=self._rules.ask_back.max_gap)
        return _chosen_first(settled, dialogue)

    def _answered(
        self, snapshot: Snapshot | None, findings: Findings | None, planned: Plan
    ) -> tuple[Answer, float]:
        """The answer in the article's own sentences, and the probability that it is right."""
        rated = self._rating.rate(findings, planned)
        if rated is None:
            return Answer(), 0.0
        rules = self._rules.answer
        return extracted(snapshot, findings, planned, rules, rated.answering), rated.probability

    def _choices(self, findings: Findings | None) -> tuple[Choice, ...]:
        if findings is None:
            return ()
        ask_back = self._rules.ask_back
        return clarifying.near_ties(
            findings, max_gap=ask_back.max_gap, max_choices=ask_back.max_choices
        )

    def _details(
        self, findings: Findings | None, dialogue: Dialogue, parts: Sequence[Part]
    ) -> tuple[Choice, ...]:
        if findings is None or (parts and not any(part.leans for part in parts)):
            return ()
        said = [turn.text for turn in dialogue.turns if turn.decision is not Decision.CLARIFY]
        known = [*said, *dialogue.profile.values()]
        return details.open_detail(findings, known, max_gap=self._rules.ask_back.max_gap)


def _as_meant(dialogue: Dialogue) -> Dialogue:
    """The dialogue as it is read: without instructions for a machine, choices in their labels' words."""
    return with_choices(in_earnest(dialogue))


def _chosen_first(findings: Findings, dialogue: Dialogue) -> Findings:
    """Put the article first whose title the customer chose, and leave out those offered beside it."""
    before = dialogue.turns[-2] if len(dialogue.turns) > 1 else None
    taken = taken_in(before, dialogue.question)
    if before is None or len(taken) != 1:
        return findings
    left = {label for label in offered_in(before) if label not in taken}
    found = tuple(a for a in findings.articles if a.hits[0].passage.title not in left)
    titled = (a.article for a in found if a.hits[0].passage.title == taken[0])
    return beside(replace(findings, articles=found), next(titled, None))


def _understood(heard: Heard, choosing: Choosing | None) -> Heard:
    """Read an answer to a question back as that: what is chosen, refused, or named and not listed.

    A choice is in the bot's own words, which feel and wish nothing ("Contact us"); "none of these" is no
    small talk, and "the fifth" of three names nothing.
    """
    if choosing is None:
        return heard
    if choosing.labels:
        return replace(heard, frustration=0.0, wants_person=0.0, matter=None)
    understood = choosing.languages
    known = heard.language in understood or not understood
    language = heard.language if known else understood[0]
    unclear = heard.unclear or not choosing.none
    return replace(heard, smalltalk=None, language=language, unclear=unclear)


def _source(snapshot: Snapshot | None, dialogue: Dialogue, findings: Findings | None) -> Answer:
    answer = showing.shown_again(dialogue)
    if snapshot is None or answer is None:
        return Answer()
    found = [article.article for article in findings.articles] if findings else []
    return showing.source_of(answer, snapshot, found)


def _planned(dialogue: Dialogue, snapshot: Snapshot | None) -> Plan:
    return plan(dialogue, titles_of(snapshot) if snapshot is not None else None)


def _looked(
    snapshot: Snapshot | None, dialogue: Dialogue, encoded: Mapping[str, Encoded]
) -> tuple[Plan, Findings | None]:
    """Plan and search: the one way to what an answer is taken from and its confidence rests on."""
    planned = _planned(dialogue, snapshot)
    return planned, _search(snapshot, planned, encoded)


def _search(
    snapshot: Snapshot | None, planned: Plan, encoded: Mapping[str, Encoded]
) -> Findings | None:
    if snapshot is None or not planned.queries:
        return None
    queries = [WeightedQuery(q.text, encoded[q.text], q.weight) for q in planned.queries]
    return snapshot.search_encoded(queries, limit_articles=_RETRIEVED_ARTICLES)


def _signals(
    heard: Heard,
    found: _Found,
    foreign: bool,
) -> Signals:
    rejected = heard.smalltalk is not None and heard.smalltalk.kind == "rejection"
    return Signals(
        wants_person=heard.wants_person,
        frustration=heard.frustration,
        confidence=found.confidence,
        smalltalk=heard.smalltalk is not None and not rejected,
        unclear=heard.unclear,
        has_answer=bool(found.answer.sentences),
        near_ties=len(found.choices),
        unknown=found.unknown,
        offered=heard.course.offered,
        refused=heard.course.refused,
        asked_back=heard.course.asked_back,
        failures=heard.course.failures,
        failures_since_offer=heard.course.failures_since_offer,
        repeats=heard.course.repeats,
        matter=heard.matter,
        rejected=rejected,
        loud=heard.loud,
        outside=heard.outside,
        searched=found.searched,
        foreign=foreign,
        shows_source=bool(found.source.sentences),
        open_detail=len(found.details),
    )


def _retrieved(findings: Findings | None) -> tuple[Retrieved, ...]:
    if findings is None:
        return ()
    hits = [hit for article in findings.articles for hit in article.hits[:_PASSAGES_AN_ARTICLE]]
    hits.sort(key=lambda hit: hit.score, reverse=True)
    return tuple(Retrieved(h.article, h.id, round(h.score, 4)) for h in hits)


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
