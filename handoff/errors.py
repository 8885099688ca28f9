"""What can go wrong at the desk.

DeskError
├── UnknownConversation     no conversation with this id
├── UnknownAgent            no agent with this id, or one who may no longer work
├── UnknownSite             no site with this id
├── UnknownMessage          a number or choice that points at nothing of the kind
├── UnknownSurvey           no such survey in this conversation
├── AnotherConversation     the visitor already has a conversation under another id
├── Taken                   another agent has the conversation
├── NotYours                the agent does not have this conversation
├── NoOffer                 nothing was offered to this agent, or the offer has run out
├── CapacityReached         the agent's places are all filled
├── StageRefuses            the command makes no sense in the stage the conversation is in
├── AlreadyRated            the survey has its answer
├── BadValue                a value out of its range
├── RulesUnusable           the owner's rules file has an unknown name or a value out of range
└── DatabaseUnusable        wrong address, no connection, or a schema newer than this program
"""

from handoff.events import AgentRef, ConversationId, Stage


class DeskError(Exception):
    """Anything the desk refuses. `code` is the wire's error code."""

    code = "refused"


class UnknownConversation(DeskError):
    """No conversation with this id."""

    code = "unknown_conversation"

    def __init__(self, conversation: ConversationId) -> None:
        super().__init__("Nothing has been said in this conversation yet. Send a message first.")
        self.conversation = conversation


class UnknownAgent(DeskError):
    """No agent with this id, or one who may no longer work."""

    code = "unknown_agent"

    def __init__(self, agent: str) -> None:
        super().__init__(f"There is no active agent {agent}.")


class UnknownSite(DeskError):
    """No site with this id."""

    code = "unknown_site"

    def __init__(self, site: str) -> None:
        super().__init__(f"There is no site {site}.")


class UnknownMessage(DeskError):
    """A number or choice that points at nothing of the kind."""

    code = "unknown_message"


class UnknownSurvey(DeskError):
    """No such survey in this conversation."""

    code = "unknown_survey"

    def __init__(self, survey: str) -> None:
        super().__init__(f"There is no survey {survey} in this conversation.")


class AnotherConversation(DeskError):
    """The visitor already has a conversation on this site, under the id `conversation`."""

    code = "another_conversation"

    def __init__(self, conversation: ConversationId) -> None:
        super().__init__(f"This visitor's conversation is {conversation}; write there.")
        self.conversation = conversation


class Taken(DeskError):
    """Another agent has the conversation; `agent` tells who."""

    code = "taken"

    def __init__(self, agent: AgentRef) -> None:
        super().__init__(f"{agent.name} has this conversation.")
        self.agent = agent


class NotYours(DeskError):
    """The agent does not have this conversation; claim it first."""

    code = "not_yours"

    def __init__(self, conversation: ConversationId) -> None:
        super().__init__(f"Claim conversation {conversation} before working on it.")


class NoOffer(DeskError):
    """Nothing was offered to this agent, or the offer has run out."""

    code = "no_offer"

    def __init__(self, conversation: ConversationId) -> None:
        super().__init__(f"Conversation {conversation} is not offered to you any more.")


class CapacityReached(DeskError):
    """The agent's places are all filled."""

    code = "capacity"

    def __init__(self, agent: AgentRef, capacity: int) -> None:
        super().__init__(f"All places of {agent.name} are taken ({capacity} of {capacity}).")
        self.agent = agent
        self.capacity = capacity


class StageRefuses(DeskError):
    """The command makes no sense in the stage the conversation is in."""

    code = "stage"

    def __init__(self, command: str, stage: Stage) -> None:
        super().__init__(f"{command} is not possible while the stage is {stage.value}.")
        self.stage = stage


class AlreadyRated(DeskError):
    """The survey has its answer."""

    code = "already_rated"

    def __init__(self, survey: str) -> None:
        super().__init__(f"Survey {survey} has its answer.")


class BadValue(DeskError):
    """A value out of its range; the message names value and range."""

    code = "bad_value"


class DatabaseUnusable(DeskError):
    """Wrong address, no connection, or a schema newer than this program."""

    code = "database"


class RulesUnusable(DeskError):
    """The owner's rules file cannot be used; the message names the rule."""
