"""The transaction around every use case."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, Engine

from handoff.clock import Clock, system_clock
from handoff.database import writing
from handoff.desk import queue, records, store
from handoff.desk.store import Command
from handoff.drafts import Draft
from handoff.errors import UnknownConversation
from handoff.events import ConversationId, Event, EventKind
from handoff.rules import DeskRules
from handoff.views import ConversationState, Entry, QueuePlace


@dataclass(frozen=True)
class Moment:
    """A conversation, locked, at a moment, inside a transaction."""

    connection: Connection
    state: ConversationState
    now: datetime
    rules: DeskRules

    def place(self, *, skill: str | None = None, at_front: bool = False) -> QueuePlace:
        """The place that the conversation has in the queue, or would get by entering it now."""
        return queue.place(
            self.connection, self.state, self.now, self.rules, skill=skill, at_front=at_front
        )

    def entry(self, reason: str, priority: int = 0) -> Entry:
        """How the owner's rules let it into the queue for this reason; `priority` at least."""
        skill = self.rules.skill_of.get(reason)
        urgent = max(priority, self.rules.priority_of.get(reason, 0), self.state.priority)
        hurried = replace(self, state=replace(self.state, priority=urgent))
        return Entry(hurried.place(skill=skill), skill, urgent)


@dataclass(frozen=True)
class Context:
    """What a customer's browser tells beside the command; None leaves what was known."""

    page: str | None = None
    locale: str | None = None
    device: str | None = None
    profile: Mapping[str, str] | None = None

    def onto(self, state: ConversationState) -> ConversationState:
        """The state with what is told now."""
        return replace(
            state,
            page=self.page if self.page is not None else state.page,
            locale=self.locale if self.locale is not None else state.locale,
            device=self.device if self.device is not None else state.device,
            profile={**state.profile, **(self.profile or {})},
        )


Decide = Callable[[Moment], Sequence[Draft]]


class Ledger:
    """What all sides of the desk stand on: the database, the clock and the rules."""

    def __init__(
        self,
        engine: Engine,
        *,
        clock: Clock = system_clock,
        rules: DeskRules | None = None,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._rules = rules or DeskRules()

    @property
    def rules(self) -> DeskRules:
        """The rules in force."""
        return self._rules

    def _moment(self, connection: Connection, conversation: ConversationId) -> Moment:
        state = store.load(connection, conversation, lock=True)
        if state is None:
            raise UnknownConversation(conversation)
        return Moment(connection, state, self._clock(), self._rules)

    def _command(
        self,
        conversation: ConversationId,
        command: Command,
        decide: Decide,
        *,
        unchanged: EventKind = EventKind.STAGE,
    ) -> Event:
        """One command in one transaction; a repeat of it gives the event it gave before.

        When things already are as the command wants them, its answer is the conversation's last
        event of the kind `unchanged`, and nothing is stored.
        """
        with writing(self._engine) as connection:
            return self._decided(self._moment(connection, conversation), command, decide, unchanged)

    def _decided(
        self,
        moment: Moment,
        command: Command,
        decide: Decide,
        unchanged: EventKind = EventKind.STAGE,
        context: Context | None = None,
    ) -> Event:
        conversation = moment.state.id
        before = store.by_command(moment.connection, conversation, command)
        if before is not None:
            return before
        if context is not None:
            told = context.onto(moment.state)
            if told.profile != moment.state.profile:
                store.keep_profile(moment.connection, told)
            moment = replace(moment, state=told)
        drafts = decide(moment)
        if not drafts:
            last = store.latest(moment.connection, conversation, unchanged)
            assert last is not None
            return replace(last, client_id=command.client_id)
        stored = self._keep(moment, drafts, command)
        return next(event for event in stored if event.client_id == command.client_id)

    def _keep(
        self, moment: Moment, drafts: Sequence[Draft], command: Command | None = None
    ) -> list[Event]:
        """Store the drafts and everything that follows from them in other tables."""
        state, stored = store.append(moment.connection, moment.state, drafts, moment.now, command)
        records.follow(moment.connection, moment.state, state, stored)
        return stored
