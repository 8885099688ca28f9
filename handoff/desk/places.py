"""Filling free places: offers of waiting conversations to agents who are there."""

from handoff import conversation as rules
from handoff.database import reading, writing
from handoff.desk import people, queue
from handoff.desk.ledger import Ledger
from handoff.events import ConversationId, Stage
from handoff.rules import Assignment
from handoff.tables import agents
from handoff.waiting import Match, matches


class Places(Ledger):
    """Makes the offers that the rules ask for."""

    def _fill_places(self) -> list[ConversationId]:
        """Offer what waits to whoever has a free place; return what was offered."""
        if self._rules.assignment is not Assignment.OFFER:
            return []
        now = self._clock()
        with reading(self._engine) as connection:
            found = matches(
                queue.waiting(connection),
                queue.free_agents(connection, now, self._rules),
                now,
                self._rules.offer_pause,
            )
        return [match.conversation for match in found if self._offer(match)]

    def _offer(self, match: Match) -> bool:
        """Make one offer, if what it rests on still holds now that both sides are locked."""
        with writing(self._engine) as connection:
            moment = self._moment(connection, match.conversation)
            state = moment.state
            if state.stage is not Stage.WAITING or state.offered_to or state.snoozed_until:
                return False
            free = people.free_place(moment, match.agent.id)
            if not free:
                return False
            until = moment.now + moment.rules.offer_time
            self._keep(moment, rules.is_offered(state, match.agent, until, moment.place()))
            connection.execute(
                agents.update().where(agents.c.id == match.agent.id).values(offered_at=moment.now)
            )
            return True
