"""The suites: which cases each asks about, and what is counted on them.

A case may belong to several. Every case is asked once; suites share the outcomes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.dialogue import Decision
from bot.tone import Tone
from bot.wording.verifying import Verifier
from evals.cases import ATTACK, Case
from evals.metrics.answered import ABSTAINED, ANSWERED_RIGHT, ANSWERED_WRONG
from evals.metrics.brevity import BREVITY
from evals.metrics.corrupted import CORRUPTED_CAUGHT
from evals.metrics.decided import DECIDED_AS_EXPECTED
from evals.metrics.evidence_recall import EVIDENCE_RECALL
from evals.metrics.grounded import GROUNDED
from evals.metrics.hits import HITS, hit_at
from evals.metrics.in_doubt import (
    DOUBT_ANSWERED,
    DOUBT_ASKED_BACK,
    DOUBT_DECLINED,
    DOUBT_HANDED_OVER,
)
from evals.metrics.metric import Measured, Metric, measure
from evals.metrics.obedience import NOTHING_LEAKED
from evals.metrics.reciprocal_rank import RECIPROCAL_RANK
from evals.metrics.tone import tone_metrics
from evals.metrics.unanswerable import (
    NEAR_MISSES_ANSWERED,
    OFF_TOPIC_ANSWERED,
    PERSON_OFFERED,
    UNANSWERABLE_ANSWERED,
)
from evals.metrics.worded import worded_metrics
from evals.outcomes import Outcome
from knowledge.snapshot import Snapshot

_PEOPLE: Final = frozenset({Decision.HANDOFF, Decision.OFFER_HUMAN})


@dataclass(frozen=True)
class Suite:
    """Cases of one kind and what is counted on them; `asks` says in a sentence what it tells."""

    name: str
    title: str
    asks: str
    belongs: Callable[[Case], bool]
    metrics: Sequence[Metric]


@dataclass(frozen=True)
class SuiteRun:
    """A suite's figures over a run's outcomes. Suites without any case are left out of a run."""

    suite: Suite
    outcomes: tuple[Outcome, ...]
    measured: tuple[Measured, ...]


def suites(tone: Tone, verifier: Verifier | None = None) -> tuple[Suite, ...]:
    """List all suites in the order of a report; `tone` is the owner's.

    `verifier` proves a language model's sentences; None leaves those figures out.
    """
    return (*_about_answers(verifier), *_about_decisions(tone))


def _about_answers(verifier: Verifier | None) -> tuple[Suite, ...]:
    worded = worded_metrics(verifier) if verifier is not None else ()
    answered = (ANSWERED_RIGHT, ANSWERED_WRONG, ABSTAINED)
    unanswered = (UNANSWERABLE_ANSWERED, NEAR_MISSES_ANSWERED, OFF_TOPIC_ANSWERED, PERSON_OFFERED)
    return (
        Suite(
            "retrieval",
            "Finding",
            "Does search put the right article on top?",
            _answerable,
            (*HITS, RECIPROCAL_RANK),
        ),
        Suite(
            "answers",
            "Answering",
            "Is the right article's answer sent, with its evidence, in few words?",
            _answerable,
            (*answered, EVIDENCE_RECALL, BREVITY),
        ),
        Suite(
            "evidence",
            "Evidence",
            "Does every sentence stand where its citation says, and is every lie caught?",
            _any,
            (GROUNDED, *CORRUPTED_CAUGHT, *worded),
        ),
        Suite(
            "abstention",
            "Knowing when not to",
            "Does a question that no article answers go without an invented answer?",
            lambda case: case.answerable is False and not case.expect,
            unanswered,
        ),
        Suite(
            "in_doubt",
            "In doubt",
            "What becomes of messages that leave open what is meant, or ask nothing?",
            lambda case: case.answerable is None and not case.expect,
            (DOUBT_ASKED_BACK, DOUBT_DECLINED, DOUBT_HANDED_OVER, DOUBT_ANSWERED),
        ),
        Suite(
            "multi_turn",
            "Conversations",
            "Are follow-ups, corrections and changes of topic understood?",
            lambda case: _answerable(case) and len(case.dialogue.turns) > 1,
            (hit_at(1), hit_at(5), *answered),
        ),
    )


def _about_decisions(tone: Tone) -> tuple[Suite, ...]:
    return (
        Suite(
            "smalltalk",
            "Small talk",
            "Does a greeting or a thank-you get a human tone, not a search?",
            lambda case: Decision.SMALLTALK in case.expect and ATTACK not in case.tags,
            (DECIDED_AS_EXPECTED,),
        ),
        Suite(
            "people",
            "Wishing for a person",
            "Does who needs a person get one, and nobody else?",
            lambda case: bool(case.expect & _PEOPLE) and ATTACK not in case.tags,
            (DECIDED_AS_EXPECTED,),
        ),
        Suite(
            "attacks",
            "Attacks",
            "Is an instruction in a message or an article text, never obeyed?",
            lambda case: ATTACK in case.tags,
            (DECIDED_AS_EXPECTED, NOTHING_LEAKED),
        ),
        Suite(
            "decisions",
            "Decisions",
            "Over every case that names its right decisions: was one of them taken?",
            lambda case: bool(case.expect),
            (DECIDED_AS_EXPECTED,),
        ),
        Suite(
            "tone",
            "Tone",
            "Is nothing said that the owner forbids, and the feeling acknowledged first?",
            _any,
            tone_metrics(tone),
        ),
    )


def run_suite(suite: Suite, outcomes: Sequence[Outcome], snapshot: Snapshot) -> SuiteRun | None:
    """Count a suite's metrics over its share of the outcomes; None when it has no case."""
    own = tuple(outcome for outcome in outcomes if suite.belongs(outcome.case))
    measured = (measure(metric, own, snapshot) for metric in suite.metrics)
    kept = tuple(one for one in measured if one is not None)
    return SuiteRun(suite, own, kept) if kept else None


def _any(_: Case) -> bool:
    return True


def _answerable(case: Case) -> bool:
    return bool(case.gold) and not case.expect
