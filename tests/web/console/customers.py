"""The console's desk: two agents, a few articles, and customers who write to it by name."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

from tests.web.servers import Colleague, Frame, Line, ServerProcess, customer_line

EMAIL = "customer@shop.example"
ARTICLES = {
    "refunds.md": "# When your refund arrives\n\nWe send the refund within two working days after "
    "the parcel reaches us. Banks take three to five working days to show it.\n",
    "kettle.md": "# Descale the kettle\n\nFill the kettle with water and one sachet of descaler. "
    "Boil it, wait twenty minutes and rinse it twice.\n",
}
MIRA = Colleague("Mira Klein", "mira@shop.example", "seven-green-kettles")
JONAS = Colleague("Jonas Weber", "jonas@shop.example", "nine-blue-teacups")
AGENTS = (MIRA, JONAS)


@dataclass
class Customer:
    """A customer on the widget's socket. Commands wait for the event that answers them."""

    name: str
    line: Line
    known: bool = False

    def until(self, wanted: Callable[[Frame], bool]) -> Frame:
        """Read up to the first frame that is wanted; an error fails the test."""
        found = self.line.until(lambda frame: frame["type"] == "error" or wanted(frame))
        assert found["type"] != "error", found
        return found

    def command(self, type_: str, **fields: str) -> Frame:
        """Send what changes something and return its event."""
        client_id = str(uuid4())
        self.line.send(type_, client_id=client_id, **fields)
        return self.until(lambda frame: frame.get("client_id") == client_id)

    def says(self, text: str) -> None:
        """Write a message; the first one is followed by the customer's name."""
        self.command("message", text=text)
        if not self.known:
            self.command("email_me", email=EMAIL, name=self.name)
            self.known = True

    def asks_for_a_person(self) -> None:
        """Ask for a person and wait until the queue has the conversation."""
        self.command("ask_human")
        self.until(lambda frame: frame.get("kind") == "handoff" and frame["state"] == "queued")

    def hears(self, role: str) -> str:
        """Wait for the next message of the bot or an agent."""
        return str(self.line.message_of(role)["text"])

    def sees_the_end(self) -> None:
        """Wait until the episode is closed."""
        self.line.event("stage", stage="closed")


Arrives = Callable[[str], Customer]


@contextmanager
def arriving(server: ServerProcess, name: str) -> Iterator[Customer]:
    """Connect a new customer, who leaves this name with the desk."""
    session = server.session(page="https://shop.example/orders").json()
    with customer_line(server, session) as line:
        yield Customer(name, line)
