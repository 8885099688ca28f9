"""What can be read from the desk; nothing here changes anything."""

from datetime import datetime

from handoff.desk.ledger import Ledger
from handoff.events import AgentId, Audience, ConversationId, Event
from handoff.packet import Packet
from handoff.views import Changes, ConversationState, Cursor, EpisodeSummary, QueuePlace, Row, View


class Reading(Ledger):
    """Reads, each consistent in itself."""

    def state(self, conversation: ConversationId) -> ConversationState:
        """Where the conversation stands now. Raises `UnknownConversation`."""
        raise NotImplementedError

    def events_after(
        self,
        conversation: ConversationId,
        after: int,
        audience: Audience,
        *,
        limit: int | None = None,
    ) -> list[Event]:
        """The events numbered above `after`, in order; for `Audience.CUSTOMER` without notes.

        Customers' events lack `Message.decided` too. Empty for an unknown conversation.
        """
        raise NotImplementedError

    def rows(
        self,
        view: View,
        *,
        agent: AgentId | None = None,
        before: datetime | None = None,
        limit: int = 200,
    ) -> list[Row]:
        """A list of the console in its order. `agent` is needed for `View.MINE`.

        `before` pages `View.CLOSED` and `View.BOT`: only rows whose `at` is earlier.
        """
        raise NotImplementedError

    def row(self, conversation: ConversationId) -> Row:
        """One line. Raises `UnknownConversation`."""
        raise NotImplementedError

    def find(self, words: str, *, limit: int = 50) -> list[Row]:
        """Conversations in whose messages or notes all the words stand, latest first."""
        raise NotImplementedError

    def packet(self, conversation: ConversationId) -> Packet | None:
        """The latest handoff's packet; None when it was never handed over."""
        raise NotImplementedError

    def episodes(self, conversation: ConversationId) -> list[EpisodeSummary]:
        """The customer's history in this conversation, latest first."""
        raise NotImplementedError

    def queue_position(self, conversation: ConversationId) -> QueuePlace | None:
        """The place in the queue now; None when not waiting."""
        raise NotImplementedError

    def now_cursor(self) -> Cursor:
        """The cursor from which only what happens after this call is a change."""
        raise NotImplementedError

    def changed_since(self, cursor: Cursor) -> Changes:
        """The conversations changed since the cursor was made, by any server.

        Nothing committed is ever missed, whatever the order in which transactions commit. A
        conversation may come again with the same `seq`, which means nothing new.
        """
        raise NotImplementedError
