"""An episode as the bot hears it, without any I/O."""

from collections.abc import Sequence

from bot.dialogue import Dialogue, Speaker, Turn
from handoff.events import Event, Feedback, Message, Role
from handoff.packet import Packet
from handoff.views import ConversationState

_SPEAKERS = {Role.CUSTOMER: Speaker.CUSTOMER, Role.BOT: Speaker.BOT, Role.AGENT: Speaker.AGENT}


def dialogue_of(state: ConversationState, events: Sequence[Event]) -> Dialogue:
    """The messages of the present episode up to the customer's last one, with thumbs.

    Earlier episodes stay out: the bot does not drag old context in.
    """
    turns = turns_up_to(events, state.customer_seq)
    return Dialogue(turns, profile=dict(state.profile), locale=state.locale)


def turns_up_to(events: Sequence[Event], seq: int) -> tuple[Turn, ...]:
    """The messages among an episode's events numbered up to `seq`, with the thumbs given since."""
    thumbs = {
        e.payload.about_seq: e.payload.helpful for e in events if isinstance(e.payload, Feedback)
    }
    return tuple(
        _turn(event, event.payload, thumbs.get(event.seq))
        for event in events
        if isinstance(event.payload, Message)
        and event.sender.role in _SPEAKERS
        and event.seq <= seq
    )


def turns_of_packet(packet: Packet) -> tuple[Turn, ...]:
    """What was said before a handoff, by customer, bot and agents."""
    return tuple(
        Turn(_SPEAKERS[said.role], said.text)
        for said in packet.transcript
        if said.role in _SPEAKERS
    )


def _turn(event: Event, message: Message, helpful: bool | None) -> Turn:
    return Turn(
        speaker=_SPEAKERS[event.sender.role],
        text=message.text,
        decision=message.decided.decision if message.decided else None,
        offer=message.offer,
        helpful=helpful,
        articles=tuple(dict.fromkeys(c.article for c in message.citations)),
    )
