"""What time does."""

from handoff.desk.ledger import Ledger
from handoff.events import ConversationId


class Clockwork(Ledger):
    """Everything that happens by itself."""

    def sweep(self) -> list[ConversationId]:
        """Do what is due; return the conversations that changed, each once.

        Offers run out, leases of agents gone run out (the conversation goes to the front of the
        queue and the customer is told), free places are filled by offers, snoozed conversations
        come back, silent episodes are taken as solved, questions tried too often go to a person.
        Each conversation is its own transaction. Call it about every second; any number of
        servers may, at the same time.
        """
        raise NotImplementedError
