"""The console's socket: an agent's commands go to the desk; rows, offers and events come back."""

import logging
from dataclasses import dataclass, field

from starlette.websockets import WebSocket, WebSocketDisconnect

from handoff.accounts import Account
from handoff.errors import UnknownConversation
from handoff.events import (
    AgentId,
    Audience,
    ClientId,
    ConversationId,
    Event,
    Promise,
    Resolution,
    Role,
    Stage,
    new_client_id,
)
from handoff.presence import Presence
from handoff.views import View
from web.accounts.sessions import account_of
from web.articles.sources import source_address
from web.hub import Reader
from web.limits import Bucket
from web.refusals import error_notice
from web.sockets import Closed, close, converse, greet
from web.wire import Close
from web.wire.events import EventFrame, event_frame, to_json, wire_agent
from web.wire.incoming import (
    AGENT_FRAME,
    AGENT_HELLO,
    Accept,
    AgentClose,
    AgentCommand,
    AgentFrame,
    AgentHello,
    AgentMessage,
    AgentNote,
    AgentSeen,
    AgentTyping,
    Claim,
    Decline,
    Leave,
    Open,
    Ping,
    Release,
    SetLabels,
    SetPresence,
    Transfer,
)
from web.wire.outgoing import (
    AgentWelcome,
    Offer,
    PresenceNotice,
    SeenNotice,
    TypingNotice,
    Welcome,
    WireAgent,
    WireSender,
)
from web.wire.rows import row_frame
from web.wiring import Wiring, wiring_of

log = logging.getLogger(__name__)

ROWS_AT_HELLO = 500
COMMANDS_PER_MINUTE = 600.0  # a person with keyboard shortcuts, and their console's repeats
COMMANDS_BURST = 120.0
SKILL = "skill:"  # `transfer {to: "skill:billing"}` names a skill instead of an agent


async def agent_socket(socket: WebSocket) -> None:
    """Serve `/ws/agent`."""
    wiring = wiring_of(socket)
    try:
        hello = await greet(socket, wiring, AGENT_HELLO)
        account = await account_of(socket, wiring)
        if account is None:
            raise Closed(Close.TOKEN, "log in first")
        await Agent(socket, wiring, account).serve(hello)
    except Closed as closed:
        await close(socket, closed)
    except WebSocketDisconnect:
        pass


@dataclass(eq=False)
class Agent:
    """One console that is connected."""

    socket: WebSocket
    wiring: Wiring
    account: Account
    reader: Reader = field(init=False)
    commands: Bucket = field(init=False)
    who: WireAgent = field(init=False)

    def __post_init__(self) -> None:
        """Make the outgoing side and the limit on commands."""
        self.who = WireAgent(id=self.account.id, name=self.account.name)
        self.commands = Bucket(COMMANDS_PER_MINUTE, COMMANDS_BURST)
        self.reader = Reader(
            self.socket, Audience.AGENT, self._frame, self.wiring.limits, agent=self.who
        )

    async def serve(self, hello: AgentHello) -> None:
        """Welcome, bring lists and open conversations up to date, and converse until the end."""
        hub, desk, database = self.wiring.hub, self.wiring.desk, self.wiring.database
        chosen = hub.presences.get(self.account.id, Presence.ONLINE)
        presence = await database(desk.agent_presence, self.account.id, chosen)
        await database(desk.renew_leases, self.account.id)
        # Joined first, so that no change falls between the list and the live rows; the list itself
        # goes out directly, since it may be longer than what may wait for a slow reader.
        hub.join(self.reader)
        welcome = AgentWelcome(
            agent=self.who, role=self.account.role.value, presence=presence.value
        )
        await self.socket.send_text(to_json(welcome))
        for row in await database(desk.rows, View.OPEN, limit=ROWS_AT_HELLO):
            await self.socket.send_text(to_json(row_frame(row)))
        for offer in await database(desk.offers_to, self.account.id):
            self.reader.tell(Offer(conversation=offer.conversation, expires_at=offer.expires_at))
        for opened in hello.open:
            try:
                await self._open(ConversationId(opened.conversation), opened.after)
            except UnknownConversation as unknown:
                self.reader.tell(
                    error_notice(unknown, client_id=None, conversation=opened.conversation)
                )
        await converse(self.socket, self.wiring, self.reader, AGENT_FRAME, self._handle)

    def _frame(self, event: Event) -> EventFrame:
        return event_frame(event, source=source_address(self.wiring.tokens), for_agents=True)

    async def _open(self, conversation: ConversationId, after: int) -> None:
        state = await self.wiring.database(self.wiring.desk.state, conversation)
        self.reader.tell(
            Welcome(
                conversation=conversation,
                episode=state.episode,
                stage=state.stage.value,
                seq=state.seq,
                agent=wire_agent(state.agent),
            )
        )
        self.wiring.hub.follow(self.reader, conversation, min(after, state.seq))

    async def _handle(self, frame: AgentFrame) -> None:
        client_id = None if isinstance(frame, Ping) else frame.client_id
        conversation = getattr(frame, "conversation", None)
        self.wiring.hub.active_agents.add(self.account.id)
        try:
            self.commands.take("Too many commands at once; they go on in a moment.")
            match frame:
                case Ping():
                    pass  # answered for all sockets in web/sockets.py
                case SetPresence():
                    await self._presence(frame)
                case Open():
                    await self._open(ConversationId(frame.conversation), frame.after)
                case Leave():
                    self.wiring.hub.unfollow(self.reader, ConversationId(frame.conversation))
                case AgentTyping() | AgentSeen():
                    await self._fleeting(frame)
                case _:
                    await self._command(frame)
        except Exception as error:  # the task's edge: every command is answered
            self.reader.tell(error_notice(error, client_id=client_id, conversation=conversation))

    async def _presence(self, frame: SetPresence) -> None:
        hub = self.wiring.hub
        state = await self.wiring.database(
            self.wiring.desk.agent_presence, self.account.id, Presence(frame.state)
        )
        hub.presences[self.account.id] = state
        for reader in hub.agents(self.account.id):
            own = reader is self.reader
            reader.tell(
                PresenceNotice(
                    agent=self.who, state=state.value, client_id=frame.client_id if own else None
                )
            )

    async def _fleeting(self, frame: AgentTyping | AgentSeen) -> None:
        """Pass on what is not stored: to other agents always, to the customer from their agent."""
        hub, conversation = self.wiring.hub, ConversationId(frame.conversation)
        state = await self.wiring.database(self.wiring.desk.state, conversation)
        sender = {"from": WireSender(role=Role.AGENT.value, id=self.who.id, name=self.who.name)}
        has_it = state.stage is Stage.HUMAN and state.agent and state.agent.id == self.who.id
        for audience in (Audience.CUSTOMER, Audience.AGENT):
            if audience is Audience.CUSTOMER and not has_it:
                continue
            shown = None if audience is Audience.CUSTOMER else conversation
            if isinstance(frame, AgentTyping):
                typing = TypingNotice(conversation=shown, on=frame.on, **sender)
                hub.tell(conversation, audience, typing, but=self.reader)
            else:
                seen = SeenNotice(conversation=shown, seq=frame.seq, **sender)
                hub.tell(conversation, audience, seen, but=self.reader)

    async def _command(self, frame: AgentCommand) -> None:
        conversation = ConversationId(frame.conversation)
        client_id = ClientId(frame.client_id) if frame.client_id else new_client_id()
        had = self.reader.cursors.get(conversation)
        event = await self._do(frame, conversation, client_id)
        if had is None:
            if isinstance(frame, Claim | Accept):
                # Whoever takes a chat follows it, and the event that answers comes with the rest.
                self.wiring.hub.follow(self.reader, conversation, event.seq - 1)
            else:
                self.reader.tell(self._frame(event))
        else:
            self.reader.answer(event, had)
            if event.seq <= had:
                return
        self.wiring.hub.changed(conversation)
        if isinstance(frame, Claim | Accept | Transfer | Release):  # each can make a new packet
            self.wiring.handed_over(conversation)
        self.wiring.answering.wake()  # a release to the bot opens a question again

    async def _do(
        self, frame: AgentCommand, conversation: ConversationId, client_id: ClientId
    ) -> Event:
        desk, database, agent = self.wiring.desk, self.wiring.database, self.account.id
        match frame:
            case Claim():
                return await database(desk.agent_claims, conversation, agent, client_id)
            case Accept():
                return await database(desk.agent_accepts, conversation, agent, client_id)
            case Decline():
                return await database(desk.agent_declines, conversation, agent, client_id)
            case AgentMessage():
                return await database(desk.agent_writes, conversation, agent, frame.text, client_id)
            case AgentNote():
                return await database(desk.agent_notes, conversation, agent, frame.text, client_id)
            case Transfer():
                skill = frame.to.startswith(SKILL)
                return await database(
                    desk.agent_transfers,
                    conversation,
                    agent,
                    client_id,
                    to_agent=None if skill else AgentId(frame.to),
                    to_skill=frame.to.removeprefix(SKILL) if skill else None,
                )
            case Release():
                return await database(desk.agent_releases, conversation, agent, frame.to, client_id)
            case SetLabels():
                return await database(
                    desk.agent_labels,
                    conversation,
                    agent,
                    client_id,
                    tags=frame.tags,
                    add_tags=frame.add_tags,
                    remove_tags=frame.remove_tags,
                    priority=frame.priority,
                    snooze_until=frame.snooze_until,
                    wake="snooze_until" in frame.model_fields_set and frame.snooze_until is None,
                    promise=promise_of(frame),
                    kept="promise" in frame.model_fields_set and frame.promise is None,
                )
            case AgentClose():
                return await database(
                    desk.agent_closes, conversation, agent, Resolution(frame.resolution), client_id
                )
        raise AssertionError(f"a command without a use case: {frame.type}")  # type: ignore[attr-defined]


def promise_of(frame: SetLabels) -> Promise | None:
    """What a frame promises."""
    made = frame.promise
    return Promise(made.text.strip(), made.due_at) if made else None
