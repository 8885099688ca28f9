"""The address at which a quote of an answer can be read.

It is signed, so that only quotes that were shown can be opened, without a session and without
putting anybody's words into a page by its address.
"""

from handoff.events import Event
from web.tokens import Tokens
from web.wire.events import SourceAddress

PATH = "/help/quotes"


def source_address(tokens: Tokens) -> SourceAddress:
    """Make the function that gives a citation its address."""

    def address(event: Event, citation: int) -> str:
        signature = tokens.source_signature(event.conversation, event.seq, citation)
        return f"{PATH}/{event.conversation}/{event.seq}/{citation}?s={signature}"

    return address
