"""What agents put on a conversation (tags, priority, snooze, promise), without any I/O."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from handoff.checks import MAX_NAME_CHARS
from handoff.drafts import SYSTEM, Draft, by_agent
from handoff.errors import BadValue
from handoff.events import AgentRef, Labels, Promise
from handoff.views import ConversationState

MAX_TAGS = 20
LOWEST_PRIORITY, HIGHEST_PRIORITY = -1, 2


@dataclass(frozen=True)
class Retagging:
    """A change of tags: `whole` is the list as it shall be, None the one that stands.

    `removed` go from it and `added` come to it, so that what others change meanwhile is kept.
    """

    whole: Sequence[str] | None = None
    added: Sequence[str] = ()
    removed: Sequence[str] = ()


def agent_labels(
    state: ConversationState,
    agent: AgentRef,
    retagging: Retagging,
    priority: int | None,
    snoozed_until: datetime | None,
    promise: Promise | None = None,
) -> list[Draft]:
    """Tags (trimmed, each once), priority, snooze and promise as they shall be."""
    tags = _tags_after(state.tags, retagging)
    if len(tags) > MAX_TAGS or any(len(tag) > MAX_NAME_CHARS for tag in tags):
        raise BadValue(f"At most {MAX_TAGS} tags of at most {MAX_NAME_CHARS} characters each.")
    level = state.priority if priority is None else priority
    if not LOWEST_PRIORITY <= level <= HIGHEST_PRIORITY:
        raise BadValue(f"Priority {level} is not within {LOWEST_PRIORITY}..{HIGHEST_PRIORITY}.")
    return [Draft(by_agent(agent), Labels(tags, level, snoozed_until, promise), True)]


def snooze_ends(state: ConversationState) -> list[Draft]:
    """The conversation comes back by itself."""
    return [Draft(SYSTEM, Labels(state.tags, state.priority, None, state.promise))]


def _tags_after(tags: Sequence[str], change: Retagging) -> tuple[str, ...]:
    standing = tags if change.whole is None else change.whole
    gone = {tag.strip() for tag in change.removed}
    kept = [tag.strip() for tag in standing if tag.strip() not in gone]
    added = [tag.strip() for tag in change.added]
    return tuple(dict.fromkeys(tag for tag in [*kept, *added] if tag))
