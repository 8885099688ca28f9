"""What a customer does."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import Connection, select

from bot.dialogue import DIRECT_REQUEST
from handoff import conversation as rules
from handoff.checks import check_choice, check_profile, check_text
from handoff.database import reading, writing
from handoff.desk import store
from handoff.desk.ledger import Context, Ledger, Moment
from handoff.desk.store import Command
from handoff.drafts import CUSTOMER, Draft
from handoff.ending import deserves_survey, resolution_of
from handoff.errors import (
    AlreadyRated,
    AnotherConversation,
    BadValue,
    UnknownConversation,
    UnknownMessage,
    UnknownSurvey,
)
from handoff.events import (
    ClientId,
    ConversationId,
    Event,
    EventKind,
    Feedback,
    FileId,
    Message,
    ProfileChange,
    Role,
    SiteId,
    Survey,
    SurveyId,
    SurveyKind,
    VisitorHash,
)
from handoff.files import claim
from handoff.surveys import next_survey
from handoff.tables import conversations, customers, surveys

NEVER = timedelta.min
"""As `reopen_within`: no close is so recent that its episode goes on."""


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
        with reading(self._engine) as connection:
            found = connection.execute(
                select(conversations.c.id)
                .join(customers, conversations.c.customer_id == customers.c.id)
                .where(customers.c.site_id == site, customers.c.visitor_hash == visitor_hash)
            ).scalar_one_or_none()
        return ConversationId(found) if found is not None else None

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
        files: Sequence[FileId] = (),
        anew: bool = False,
    ) -> Event:
        """Store a message; create the conversation when it is the first.

        In stage closed it reopens the episode (within `reopen_within`, unless `anew`) or begins a
        new one, both with the bot. It is an open question until a reply is stored. `page`, `locale`, `device`
        and `profile` replace what was known where given.

        Raises `AnotherConversation` when the visitor has one under another id or the id is
        another visitor's, and `BadValue` for text that is blank or over `max_chars`, and for
        `files` that are not the visitor's or were sent before.
        """
        kept = check_text(text, self._rules.max_chars)
        context = Context(page, locale, device, profile)
        with writing(self._engine) as connection:
            self._begin(connection, conversation, site, visitor_hash)
            return self._decided(
                self._moment(connection, conversation),
                _by_customer(client_id),
                lambda m: rules.customer_writes(
                    m.state,
                    kept,
                    m.now,
                    NEVER if anew else m.rules.reopen_within,
                    files=claim(m.connection, conversation, visitor_hash, files, m.now),
                ),
                context=context,
            )

    def customer_chooses(
        self, conversation: ConversationId, value: str, client_id: ClientId
    ) -> Event:
        """Pick one of the choices the episode's latest bot message with choices offered.

        It is stored as a customer message whose text is the choice's label. Raises
        `UnknownMessage` when that value was not offered.
        """

        def decide(moment: Moment) -> Sequence[Draft]:
            label = check_choice(_choices(moment), value)
            return rules.customer_writes(
                moment.state, label, moment.now, moment.rules.reopen_within, choice=value
            )

        return self._command(conversation, _by_customer(client_id), decide)

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
        reason: str = DIRECT_REQUEST,
    ) -> Event:
        """Ask for a person: request, packet, stage waiting and place in the queue in one go.

        While already waiting nothing changes, and the answer is the last "queued" event. Raises
        `StageRefuses` while a person has the conversation. With `site` and `visitor_hash` it may
        be the first thing a customer does; a closed conversation reopens as by a message.
        """
        context = Context(page, locale, device, profile)
        with writing(self._engine) as connection:
            if site is not None and visitor_hash is not None:
                self._begin(connection, conversation, site, visitor_hash)
            return self._decided(
                self._moment(connection, conversation),
                _by_customer(client_id),
                lambda m: rules.customer_asks_human(
                    m.state, reason, m.entry(reason), m.now, m.rules.reopen_within
                ),
                EventKind.HANDOFF,
                context,
            )

    def customer_cancels_handoff(self, conversation: ConversationId, client_id: ClientId) -> Event:
        """Leave the queue and go back to the bot. Raises `StageRefuses` unless waiting."""
        return self._command(
            conversation, _by_customer(client_id), lambda m: rules.customer_cancels(m.state)
        )

    def customer_feedback(
        self, conversation: ConversationId, seq: int, helpful: bool, client_id: ClientId
    ) -> Event:
        """Put a thumb under the bot message `seq`; a later thumb replaces an earlier one.

        Raises `UnknownMessage` when `seq` is not a bot message.
        """

        def decide(moment: Moment) -> Sequence[Draft]:
            about = store.numbered(moment.connection, conversation, seq)
            said = about is not None and isinstance(about.payload, Message)
            if about is None or not said or about.sender.role is not Role.BOT:
                raise UnknownMessage(f"Message {seq} is not one that the bot wrote.")
            return [Draft(CUSTOMER, Feedback(seq, helpful), answers_command=True)]

        return self._command(conversation, _by_customer(client_id), decide)

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

        def decide(moment: Moment) -> Sequence[Draft]:
            kind = _open_survey(moment, survey)
            low, high = (0, 10) if kind is SurveyKind.NPS else (1, 5)
            if not low <= score <= high:
                raise BadValue(f"A score of {score} is not within {low}..{high}.")
            words = (comment or "").strip()[: moment.rules.max_chars] or None
            answer = Survey(survey, kind, score, words)
            return [Draft(CUSTOMER, answer, answers_command=True)]

        return self._command(conversation, _by_customer(client_id), decide)

    def customer_leaves_contact(
        self, conversation: ConversationId, profile: Mapping[str, str], client_id: ClientId
    ) -> Event:
        """Keep a name or e-mail address with the customer (a `profile` event).

        Raises `BadValue` for an "email" that cannot be one.
        """
        told = {name.strip(): value.strip() for name, value in profile.items() if value.strip()}
        check_profile(told)
        return self._command(
            conversation,
            _by_customer(client_id),
            lambda _: [Draft(CUSTOMER, ProfileChange(told), answers_command=True)],
        )

    def customer_closes(self, conversation: ConversationId, client_id: ClientId) -> Event:
        """End the episode; the survey follows. Raises `StageRefuses` when already closed."""

        def decide(moment: Moment) -> Sequence[Draft]:
            said = store.of_episode(moment.connection, moment.state)
            resolution = resolution_of(moment.state.stage, said)
            survey = (
                next_survey(moment.connection, moment.state, said, moment.now)
                if deserves_survey(resolution, said)
                else None
            )
            return rules.customer_closes(moment.state, resolution, survey)

        return self._command(conversation, _by_customer(client_id), decide)

    def _begin(
        self,
        connection: Connection,
        conversation: ConversationId,
        site: SiteId,
        visitor_hash: VisitorHash,
    ) -> None:
        """Make sure that the conversation is stored and is this visitor's."""
        known = store.load(connection, conversation)
        if known is not None:
            if (known.site, known.visitor_hash) != (site, visitor_hash):
                raise UnknownConversation(conversation)
            return
        found = store.create(connection, conversation, site, visitor_hash, self._clock())
        if found is None:
            raise UnknownConversation(conversation)
        if found != conversation:
            raise AnotherConversation(found)


def _by_customer(client_id: ClientId) -> Command:
    return Command("customer", client_id)


def _choices(moment: Moment) -> dict[str, str]:
    """Value to label of what the latest bot message with choices offered in this episode."""
    for event in reversed(store.of_episode(moment.connection, moment.state)):
        if isinstance(event.payload, Message) and event.payload.choices:
            return {choice.value: choice.label for choice in event.payload.choices}
    return {}


def _open_survey(moment: Moment, survey: SurveyId) -> SurveyKind:
    row = moment.connection.execute(
        select(surveys).where(surveys.c.id == survey, surveys.c.conversation_id == moment.state.id)
    ).one_or_none()
    if row is None:
        raise UnknownSurvey(survey)
    if row.score is not None:
        raise AlreadyRated(survey)
    return SurveyKind(row.kind)
