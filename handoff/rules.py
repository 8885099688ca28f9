"""The desk's rules of time and number, which an owner may set (`handoff/rules.toml`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from handoff.hours import BusinessHours


class Assignment(StrEnum):
    """How waiting conversations find an agent."""

    FREE = "free"  # agents claim what they like
    OFFER = "offer"  # the desk offers each to one agent at a time; claiming stays possible


@dataclass(frozen=True)
class DeskRules:
    """Every duration and limit that the desk goes by; the defaults suit a small team.

    - `reopen_within`: a customer who writes again after the close continues the episode up to
      this long after it; later a new one begins.
    - `claim_grace`: an agent unseen for this long loses their conversations to the queue's front.
    - `offer_time`: how long an offered agent has to accept.
    - `offer_pause`: an agent who let a conversation go is not offered it again sooner than this.
    - `question_lease`: how long one worker may think about a question before another may.
    - `assumed_after`: an episode that ends in a bot answer is taken as solved after this silence.
    - `capacity`: conversations at a time for an agent for whom nothing else is set (1..50).
    - `max_question_tries`: after so many leases without a reply a person takes over (1..10).
    - `idle_after`: an online agent without a sign of life for this long counts as away.
    - `priority_of`, `skill_of`: what the reason of a handoff gives it in the queue.
    - `max_chars`: the longest message or note, in characters.
    - `hours`: when people are there; None for always.
    """

    assignment: Assignment = Assignment.FREE
    reopen_within: timedelta = timedelta(hours=24)
    claim_grace: timedelta = timedelta(seconds=60)
    offer_time: timedelta = timedelta(seconds=45)
    offer_pause: timedelta = timedelta(minutes=2)
    question_lease: timedelta = timedelta(seconds=30)
    assumed_after: timedelta = timedelta(hours=24)
    capacity: int = 5
    max_question_tries: int = 3
    max_chars: int = 8000
    hours: BusinessHours | None = None
    idle_after: timedelta = timedelta(minutes=15)
    priority_of: Mapping[str, int] = field(default_factory=dict)
    skill_of: Mapping[str, str] = field(default_factory=dict)
