"""The desk: every use case of a conversation, as a sentence, in one transaction.

Imports nothing of other rooms but `bot.dialogue`.
"""

from handoff.desk.agent import AgentSide
from handoff.desk.bot import BotSide
from handoff.desk.clockwork import Clockwork
from handoff.desk.customer import CustomerSide
from handoff.desk.finding import Finding
from handoff.desk.past import Past
from handoff.desk.reading import Reading


class Desk(CustomerSide, AgentSide, Clockwork, BotSide, Reading, Finding, Past):
    """`Desk(engine, clock=..., rules=...)`: safe to use from many threads at once.

    Ask it for what a visitor does (`customer_writes`, `bot_replies`, `agent_claims`), for what
    time does (`sweep`), and for what there is to read (`state`, `events_after`, `rows`).
    """


__all__ = ["Desk"]
