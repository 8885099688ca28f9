"""What a customer does."""

from collections.abc import Mapping

from handoff.desk.ledger import Ledger
from handoff.events import ClientId, ConversationId, Event, SiteId, SurveyId, VisitorHash


class CustomerSide(Ledger):
    """The customer's use cases.

    Each is one transaction, answers with the event that carries its `client_id`, and changes
    nothing when that `client_id` was seen before (the same event comes back). What else it
    brought about stands in `events_after`. All raise `UnknownConversation` where nothing is
    stored yet, save `customer_writes` and `customer_asks_human`, which store the conversation
    with their first event.
    """

    def customer_conversation(
        self, site: SiteId, visitor_hash: VisitorHash
    ) -> ConversationId | None:
        """The visitor's stored conversation on this site, or None before the first message."""
        raise NotImplementedError

    def customer_writes(
        self,
        conversation: ConversationId,
        text: str,
        client_id: ClientId,
        *,
        site: SiteId,
        visitor_hash: VisitorHash,
        page: str | None = None,
        locale: str | None = None,
        device: str | None = None,
        profile: Mapping[str, str] | None = None,
    ) -> Event:
        """Store a message; create the conversation when it is the first.

        In stage closed it reopens the episode (within `reopen_within`) or begins a new one, both
        with the bot. It is an open question until a reply is stored. `page`, `locale`, `device`
        and `profile` replace what was known where given.

        Raises `AnotherConversation` when the visitor has one under another id or the id is
        another visitor's, and `BadValue` for text that is blank or over `max_chars`.
        """
        raise NotImplementedError

    def customer_chooses(
        self, conversation: ConversationId, value: str, client_id: ClientId
    ) -> Event:
        """Pick one of the choices the episode's latest bot message with choices offered.

        It is stored as a customer message whose text is the choice's label. Raises
        `UnknownMessage` when that value was not offered.
        """
        raise NotImplementedError

    def customer_asks_human(
        self,
        conversation: ConversationId,
        client_id: ClientId,
        *,
        site: SiteId | None = None,
        visitor_hash: VisitorHash | None = None,
        page: str | None = None,
        locale: str | None = None,
        device: str | None = None,
        profile: Mapping[str, str] | None = None,
        reason: str = "direct_request",
    ) -> Event:
        """Ask for a person: request, packet, stage waiting and place in the queue in one go.

        While already waiting the answer is a fresh "queued" event with the present place. Raises
        `StageRefuses` while a person has the conversation. With `site` and `visitor_hash` it may
        be the first thing a customer does; a closed conversation reopens as by a message.
        """
        raise NotImplementedError

    def customer_cancels_handoff(self, conversation: ConversationId, client_id: ClientId) -> Event:
        """Leave the queue and go back to the bot. Raises `StageRefuses` unless waiting."""
        raise NotImplementedError

    def customer_feedback(
        self, conversation: ConversationId, seq: int, helpful: bool, client_id: ClientId
    ) -> Event:
        """Put a thumb under the bot message `seq`; a later thumb replaces an earlier one.

        Raises `UnknownMessage` when `seq` is not a bot message.
        """
        raise NotImplementedError

    def customer_rates(
        self,
        conversation: ConversationId,
        survey: SurveyId,
        score: int,
        comment: str | None,
        client_id: ClientId,
    ) -> Event:
        """Answer a survey, once. `score` is 1..5 (CSAT, CES) or 0..10 (NPS).

        Raises `UnknownSurvey`, `AlreadyRated` and `BadValue`.
        """
        raise NotImplementedError

    def customer_leaves_contact(
        self, conversation: ConversationId, profile: Mapping[str, str], client_id: ClientId
    ) -> Event:
        """Keep a name or e-mail address with the customer (a `profile` event).

        Raises `BadValue` for an "email" that cannot be one.
        """
        raise NotImplementedError

    def customer_closes(self, conversation: ConversationId, client_id: ClientId) -> Event:
        """End the episode; the survey follows. Raises `StageRefuses` when already closed."""
        raise NotImplementedError
