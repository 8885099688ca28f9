"""Which question follows an episode, without any I/O but one look at what was asked before.

The first is always how the chat was (CSAT). From then on, now and then instead: how easy it was
(CES), after an episode that the bot alone answered, and whether they would recommend us (NPS), once
somebody knows us well enough to say. A customer is asked one thing at a time.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from handoff.events import Event, Message, Role, Survey, SurveyKind, new_survey_id
from handoff.tables import surveys
from handoff.views import ConversationState

CES_EVERY = timedelta(days=30)
NPS_EVERY = timedelta(days=90)
KNOWN_AFTER = 2
"""Surveys asked before the first NPS: who has met us once cannot recommend us yet."""


def kind_to_ask(
    last_asked: Mapping[SurveyKind, datetime], asked: int, by_person: bool, now: datetime
) -> SurveyKind:
    """The kind of the next survey.

    Args:
        last_asked: when the customer was last asked each kind.
        asked: how many surveys they were asked so far.
        by_person: whether a person wrote in the episode.
        now: UTC.
    """

    def is_due(kind: SurveyKind, every: timedelta) -> bool:
        return kind not in last_asked or now - last_asked[kind] >= every

    if asked >= KNOWN_AFTER and is_due(SurveyKind.NPS, NPS_EVERY):
        return SurveyKind.NPS
    if asked and not by_person and is_due(SurveyKind.CES, CES_EVERY):
        return SurveyKind.CES
    return SurveyKind.CSAT


def next_survey(
    connection: Connection, state: ConversationState, said: Sequence[Event], now: datetime
) -> Survey:
    """The survey that follows an episode with these events; an id of its own, not stored yet."""
    rows = connection.execute(
        select(surveys.c.kind, func.max(surveys.c.asked_at), func.count())
        .where(surveys.c.conversation_id == state.id)
        .group_by(surveys.c.kind)
    ).all()
    last_asked = {SurveyKind(kind): at for kind, at, _ in rows}
    by_person = any(e.sender.role is Role.AGENT and isinstance(e.payload, Message) for e in said)
    kind = kind_to_ask(last_asked, sum(count for *_, count in rows), by_person, now)
    return Survey(new_survey_id(), kind)
