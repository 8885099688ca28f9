"""What the answer engine would say to a customer whom an agent has: shown, never sent by itself."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel

from bot.dialogue import Citation, Decision, Dialogue, Reply, Speaker
from handoff.dialogues import turns_up_to
from handoff.events import Audience, ConversationId
from web.accounts.sessions import required_account
from web.wiring import Wiring, wiring_of

router = APIRouter(tags=["console"])

QUESTIONS = 3  # the customer's latest messages since an agent last wrote; one of them is the matter
SHOWN = 3


class Source(BaseModel):
    """Where a suggestion's sentence stands. `source` opens the article as it is now."""

    article: str
    title: str
    url: str | None
    source: str
    quote: str


class Suggestion(BaseModel):
    """A reply that the agent may use; `confidence` is the probability (0..1) that it is right."""

    text: str
    confidence: float
    citations: list[Source]


class Suggestions(BaseModel):
    """What could be said, the latest message's answer first; empty when no article helps."""

    suggestions: list[Suggestion]


@router.get("/api/agent/conversations/{conversation}/suggestions")
async def suggestions(
    request: Request, conversation: Annotated[str, Path(max_length=64)]
) -> Suggestions:
    """What the bot would answer to what the customer asks now, with its sources."""
    wiring = wiring_of(request)
    await required_account(request, wiring)
    dialogue = await _dialogue(wiring, ConversationId(conversation))
    if dialogue is None or wiring.snapshot() is None:
        return Suggestions(suggestions=[])
    async with asyncio.timeout(wiring.settings.answer_timeout_s):
        replies = await asyncio.gather(*(wiring.computing(asked) for asked in asked_in(dialogue)))
    return Suggestions(suggestions=[suggestion_of(reply) for reply in worth_showing(replies)])


async def _dialogue(wiring: Wiring, conversation: ConversationId) -> Dialogue | None:
    """The episode so far, the agent's words included; None when nothing was said in it."""
    state = await wiring.database(wiring.desk.state, conversation)
    events = await wiring.database(wiring.desk.events_after, conversation, 0, Audience.AGENT)
    turns = turns_up_to([e for e in events if e.episode == state.episode], state.seq)
    return Dialogue(turns, profile=dict(state.profile), locale=state.locale) if turns else None


def asked_in(dialogue: Dialogue) -> list[Dialogue]:
    """The customer's messages that nobody has replied to yet, each as the bot would hear it.

    The last one is often not the question ("a person, please"), so a few before it are asked too;
    and each both with what went before and alone, since the wish for a person that went before
    would have the bot hand over again.
    """
    turns = dialogue.turns
    agents = [n for n, turn in enumerate(turns) if turn.speaker is Speaker.AGENT]
    since = agents[-1] + 1 if agents else 0
    asked = [n for n in range(since, len(turns)) if turns[n].speaker is Speaker.CUSTOMER]
    found = []
    for n in reversed(asked[-QUESTIONS:]):
        found.append(replace(dialogue, turns=turns[: n + 1]))
        if n:
            found.append(replace(dialogue, turns=turns[n : n + 1]))
    return found


def worth_showing(replies: Iterable[Reply]) -> list[Reply]:
    """Keep the answers with evidence, each text once, in their order."""
    answers = {
        reply.text: reply
        for reply in reversed(list(replies))
        if reply.decision is Decision.ANSWER and reply.citations
    }
    return list(reversed(answers.values()))[:SHOWN]


def suggestion_of(reply: Reply) -> Suggestion:
    """Show a reply to an agent."""
    return Suggestion(
        text=reply.text,
        confidence=reply.confidence,
        citations=[source_of(citation) for citation in reply.citations],
    )


def source_of(citation: Citation) -> Source:
    """Show a citation; no stored message has it, so it opens the article itself."""
    return Source(
        article=citation.article,
        title=citation.title,
        url=citation.url,
        source=f"/help/articles/{quote(citation.article)}",
        quote=citation.quote,
    )
