"""What was acknowledged is there after `kill -9`, and a projection can be made anew from events."""

import os
import signal
import subprocess
import sys
import textwrap

from sqlalchemy import Engine

from handoff.database import open_database
from handoff.desk import Desk
from handoff.events import Audience, Message, SiteId, VisitorHash, first_conversation_id
from handoff.projection import apply, begin
from tests.conftest import BOTH
from tests.handoff.desk_for_tests import Scene, fresh, reply

WRITER = textwrap.dedent(
    """
    import sys
    from handoff.database import open_database
    from handoff.desk import Desk
    from handoff.events import SiteId, VisitorHash, first_conversation_id, new_client_id

    desk = Desk(open_database(sys.argv[1]))
    visitor = VisitorHash("eva")
    conversation = first_conversation_id(SiteId("shop"), visitor)
    for number in range(1_000_000):
        desk.customer_writes(
            conversation, f"message {number}", new_client_id(),
            site=SiteId("shop"), visitor_hash=visitor,
        )
        print(number, flush=True)
    """
)
ACKNOWLEDGED = 25


@BOTH
def test_an_acknowledged_message_survives_kill_9(database_url: str) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, database_url], stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    acknowledged = [int(writer.stdout.readline()) for _ in range(ACKNOWLEDGED)]
    os.kill(writer.pid, signal.SIGKILL)
    acknowledged += [int(line) for line in writer.stdout.read().split()]
    writer.stdout.close()
    writer.wait()

    engine = open_database(database_url)
    desk = Desk(engine)
    conversation = first_conversation_id(SiteId("shop"), VisitorHash("eva"))
    events = desk.events_after(conversation, 0, Audience.AGENT)
    texts = [event.payload.text for event in events if isinstance(event.payload, Message)]
    assert texts[: len(acknowledged)] == [f"message {number}" for number in acknowledged]
    assert len(texts) <= len(acknowledged) + 1  # one may be stored and not yet acknowledged
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    [question] = desk.lease_questions("the next server")
    assert question.answers_seq == events[-1].seq
    engine.dispose()


@BOTH
def test_a_conversation_read_in_two_parts_is_the_whole_for_every_cut(
    scene: Scene, database: Engine
) -> None:
    asked = scene.writes()
    scene.desk.bot_replies(scene.eva, reply(), asked.seq)
    scene.desk.customer_asks_human(scene.eva, fresh())
    scene.desk.agent_notes(scene.eva, scene.bob.id, "mine?", fresh())
    scene.desk.agent_claims(scene.eva, scene.ann.id, fresh())
    scene.desk.agent_writes(scene.eva, scene.ann.id, "Hello", fresh())
    scene.desk.customer_closes(scene.eva, fresh())
    for audience in Audience:
        whole = scene.desk.events_after(scene.eva, 0, audience)
        for cut in range(whole[-1].seq + 1):
            first = [event for event in whole if event.seq <= cut]
            assert first + scene.desk.events_after(scene.eva, cut, audience) == whole

    stored = scene.desk.state(scene.eva)
    state = begin(stored.id, stored.site, stored.visitor_hash, stored.created_at)
    for event in scene.events():
        state = apply(state, event)
    assert state == stored
