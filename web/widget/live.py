"""The widget's socket: a customer's commands go to the desk, events come back."""

import logging
from dataclasses import dataclass, field

from starlette.websockets import WebSocket, WebSocketDisconnect

from handoff.errors import AnotherConversation, UnknownConversation
from handoff.events import (
    Audience,
    ClientId,
    Event,
    FileId,
    Role,
    Stage,
    SurveyId,
)
from handoff.views import ConversationState
from web.articles.sources import source_address
from web.clockwork import queue_notice
from web.errors import NotSignedIn
from web.hub import Reader
from web.limits import Bucket
from web.refusals import error_notice
from web.sockets import Closed, close, converse, greet
from web.tokens import WidgetPass
from web.wire import Close
from web.wire.events import EventFrame, event_frame, wire_agent
from web.wire.incoming import (
    CUSTOMER_FRAME,
    HELLO,
    AskHuman,
    CancelHandoff,
    Choose,
    CloseConversation,
    Command,
    CustomerFrame,
    GiveFeedback,
    Hello,
    LeaveContact,
    Ping,
    Rate,
    Seen,
    SendMessage,
    Typing,
)
from web.wire.outgoing import SeenNotice, TypingNotice, Welcome, WireSender
from web.wiring import Wiring, wiring_of

log = logging.getLogger(__name__)

CUSTOMER = WireSender(role=Role.CUSTOMER.value)
TOO_FAST = "That was quick. Please wait a moment before the next message."


async def widget_socket(socket: WebSocket) -> None:
    """Serve `/ws/widget`."""
    wiring = wiring_of(socket)
    try:
        hello = await greet(socket, wiring, HELLO)
        holder = read_pass(wiring, hello)
        await Customer(socket, wiring, holder).serve(hello.after)
    except Closed as closed:
        await close(socket, closed)
    except WebSocketDisconnect:
        pass


def read_pass(wiring: Wiring, hello: Hello) -> WidgetPass:
    """Read the token, or close the socket with 4401."""
    try:
        return wiring.tokens.read_widget_token(hello.token)
    except NotSignedIn as ended:
        raise Closed(Close.TOKEN, str(ended)) from None


@dataclass(eq=False)
class Customer:
    """One widget that is connected."""

    socket: WebSocket
    wiring: Wiring
    holder: WidgetPass
    reader: Reader = field(init=False)
    commands: Bucket = field(init=False)

    def __post_init__(self) -> None:
        """Make the outgoing side and the limit on commands."""
        settings = self.wiring.settings
        self.commands = Bucket(settings.commands_per_minute, settings.commands_burst)
        self.reader = Reader(self.socket, Audience.CUSTOMER, self._frame, self.wiring.limits)

    async def serve(self, after: int) -> None:
        """Welcome, catch up, and converse until the end."""
        conversation = self.holder.conversation
        state = await self._state()
        if state is not None and state.visitor_hash != self.holder.visitor_hash:
            raise Closed(Close.TOKEN, "another visitor's conversation")
        seq = state.seq if state else 0
        self.reader.tell(
            Welcome(
                conversation=conversation,
                episode=state.episode if state else 1,
                stage=(state.stage if state else Stage.BOT).value,
                seq=seq,
                agent=wire_agent(state.agent) if state else None,
            )
        )
        self.wiring.hub.join(self.reader)
        # A number beyond the last would wait for ever for events that are already there.
        self.wiring.hub.follow(self.reader, conversation, min(after, seq))
        if state is not None and state.stage is Stage.WAITING:
            self.wiring.hub.waiting.add(conversation)
            place = await self.wiring.database(self.wiring.desk.queue_position, conversation)
            if place is not None:
                self.reader.tell(queue_notice(place))
        await converse(self.socket, self.wiring, self.reader, CUSTOMER_FRAME, self._handle)

    async def _state(self) -> ConversationState | None:
        try:
            return await self.wiring.database(self.wiring.desk.state, self.holder.conversation)
        except UnknownConversation:  # nothing is stored before the first message
            return None

    def _frame(self, event: Event) -> EventFrame:
        return event_frame(event, source=source_address(self.wiring.tokens))

    async def _handle(self, frame: CustomerFrame) -> None:
        conversation = self.holder.conversation
        match frame:
            case Typing():
                notice = TypingNotice(conversation=conversation, on=frame.on, **{"from": CUSTOMER})
                self.wiring.hub.tell(conversation, Audience.AGENT, notice)
            case Seen():
                seen = SeenNotice(conversation=conversation, seq=frame.seq, **{"from": CUSTOMER})
                self.wiring.hub.tell(conversation, Audience.AGENT, seen)
            case Ping():
                pass  # answered for all sockets in web/sockets.py
            case _:
                await self._command(frame)

    async def _command(self, frame: Command) -> None:
        conversation = self.holder.conversation
        had = self.reader.cursors.get(conversation, 0)
        try:
            self.commands.take(TOO_FAST)
            event = await self._do(frame)
        except AnotherConversation:
            raise Closed(Close.TOKEN, "the conversation has moved; start a session") from None
        except Exception as error:  # the task's edge: every command is answered
            self.reader.tell(error_notice(error, client_id=frame.client_id))
            return
        self.reader.answer(event, had)
        if event.seq > had:
            self.wiring.hub.changed(conversation)
            self.wiring.answering.wake()
            if isinstance(frame, AskHuman):
                self.wiring.handed_over(conversation)

    async def _do(self, frame: Command) -> Event:
        desk, database, holder = self.wiring.desk, self.wiring.database, self.holder
        conversation, client_id = holder.conversation, ClientId(frame.client_id)
        match frame:
            case SendMessage():
                return await database(
                    desk.customer_writes,
                    conversation,
                    frame.text,
                    client_id,
                    site=holder.site,
                    visitor_hash=holder.visitor_hash,
                    page=holder.page,
                    locale=holder.locale,
                    device=holder.device,
                    profile=holder.profile or None,
                    files=[FileId(file) for file in frame.files],
                    anew=frame.anew,
                )
            case AskHuman():
                return await database(
                    desk.customer_asks_human,
                    conversation,
                    client_id,
                    site=holder.site,
                    visitor_hash=holder.visitor_hash,
                    page=holder.page,
                    locale=holder.locale,
                    device=holder.device,
                    profile=holder.profile or None,
                )
            case CancelHandoff():
                return await database(desk.customer_cancels_handoff, conversation, client_id)
            case Choose():
                return await database(desk.customer_chooses, conversation, frame.value, client_id)
            case GiveFeedback():
                return await database(
                    desk.customer_feedback, conversation, frame.seq, frame.helpful, client_id
                )
            case LeaveContact():
                given = {"email": frame.email, "name": frame.name}
                told = {field: value for field, value in given.items() if value}
                return await database(desk.customer_leaves_contact, conversation, told, client_id)
            case Rate():
                return await database(
                    desk.customer_rates,
                    conversation,
                    SurveyId(frame.survey),
                    frame.score,
                    frame.comment,
                    client_id,
                )
            case CloseConversation():
                return await database(desk.customer_closes, conversation, client_id)
        raise AssertionError(f"a command without a use case: {frame.client_id}")
