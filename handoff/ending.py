"""How an episode ended, read from its events, without any I/O."""

from collections.abc import Sequence

from bot.dialogue import Decision
from handoff.events import Event, Feedback, Message, Resolution, Role, Stage


def resolution_of(stage: Stage, events: Sequence[Event]) -> Resolution:
    """The resolution of an episode that its customer ends, or leaves, in this stage.

    With the bot: confirmed by a thumb up that no thumb down follows; assumed when the bot's last
    word on a question was an answer; otherwise unsolved. With a person: solved once the person
    has written. In the queue: unsolved.
    """
    if stage is Stage.HUMAN:
        wrote = any(e.sender.role is Role.AGENT and isinstance(e.payload, Message) for e in events)
        return Resolution.SOLVED if wrote else Resolution.UNSOLVED
    if stage is not Stage.BOT:
        return Resolution.UNSOLVED
    thumbs = [e.payload.helpful for e in events if isinstance(e.payload, Feedback)]
    if thumbs:
        return Resolution.CONFIRMED if thumbs[-1] else Resolution.UNSOLVED
    decided = [
        e.payload.decided.decision
        for e in events
        if isinstance(e.payload, Message) and e.payload.decided is not None
    ]
    real = [decision for decision in decided if decision is not Decision.SMALLTALK]
    answered = bool(real) and real[-1] is Decision.ANSWER
    return Resolution.ASSUMED if answered else Resolution.UNSOLVED


def deserves_survey(resolution: Resolution, events: Sequence[Event]) -> bool:
    """Whether a person or the bot did anything in the episode that can be rated."""
    if resolution is Resolution.SPAM:
        return False
    return any(
        isinstance(e.payload, Message) and e.sender.role in (Role.AGENT, Role.BOT) for e in events
    )
