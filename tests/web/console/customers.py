"""The console's desk: two agents, a few articles, and customers who write to it by name."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

from handoff.accounts import AgentRole
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
SAM = Colleague("Sam Holt", "sam@shop.example", "ten-red-saucers", AgentRole.SUPERVISOR)
AGENTS = (MIRA, JONAS, SAM)


@dataclass
class Customer:
    """A customer on the widget's socket. Commands wait for the event that answers them."""

    name: str
    line: Line
    known: bool = False
    heard: int = 0  # the number of the last event that this customer has taken note of

    def until(self, wanted: Callable[[Frame], bool]) -> Frame:
        """Read up to the first frame that is wanted; an error fails the test."""
        found = self.line.until(lambda frame: frame["type"] == "error" or wanted(frame))
        assert found["type"] != "error", found
        return found

    def command(self, type_: str, **fields: str | bool) -> Frame:
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
        """Ask for a person and wait until the queue has the conversation.

        The bot may have brought it there before, for reasons of its own; then the answer is the
        very step that put it into the queue.
        """
        if not is_queued(self.command("ask_human")):
            self.until(is_queued)

    def asks_for_a_person_as(self, name: str) -> None:
        """Ask for a person at once, and leave a name: the bot has no say in it."""
        self.asks_for_a_person()
        self.command("email_me", email=EMAIL, name=name)
        self.known = True

    def hears(self, role: str) -> str:
        """Wait for the next message of an agent. What the bot says, if anything, is its affair."""
        return str(self._next(lambda frame: is_said_by(role, frame))["text"])

    def is_heard(self) -> None:
        """Wait until the bot has made up its mind: it answers, asks, declines or hands over."""
        self._next(lambda frame: is_queued(frame) or is_said_by("bot", frame))

    def is_offered_to(self) -> str:
        """Wait until the desk offers the conversation to an agent; gives the agent's name."""
        step = self._next(
            lambda frame: frame.get("kind") == "handoff" and frame["state"] == "offered"
        )
        return str(step["agent"]["name"])

    def _next(self, wanted: Callable[[Frame], bool]) -> Frame:
        """The next event that is wanted; it may have come while the customer did something else."""

        def fresh(frame: Frame) -> bool:
            return frame["type"] == "event" and frame["seq"] > self.heard and wanted(frame)

        come = next((frame for frame in self.line.seen if fresh(frame)), None)
        found = come or self.until(fresh)
        self.heard = int(found["seq"])
        return found

    def rates(self, score: int) -> None:
        """Answer the survey that comes with the end."""
        asked = self.until(lambda frame: frame.get("kind") == "survey")
        self.line.send("rate", client_id=str(uuid4()), survey=asked["survey"], score=score)
        self.until(lambda frame: frame.get("kind") == "survey" and frame.get("score") == score)

    def sees_the_end(self) -> None:
        """Wait until the episode is closed."""
        self.line.event("stage", stage="closed")


def is_said_by(role: str, frame: Frame) -> bool:
    """Whether a frame is a message from this role."""
    return frame.get("kind") == "message" and frame["from"]["role"] == role


def is_queued(frame: Frame) -> bool:
    """Whether a frame says that the conversation waits in the queue."""
    return frame.get("kind") == "handoff" and frame["state"] == "queued"


Arrives = Callable[[str], Customer]
OpensChat = Callable[[str], Customer]


@contextmanager
def arriving(server: ServerProcess, name: str) -> Iterator[Customer]:
    """Connect a new customer, who leaves this name with the desk."""
    session = server.session(page="https://shop.example/orders").json()
    with customer_line(server, session) as line:
        yield Customer(name, line)
        # An agent's places are few, and the desk is shared: nobody keeps one after a test.
        client_id = str(uuid4())
        line.send("close", client_id=client_id)
        line.until(lambda frame: frame.get("client_id") == client_id)
