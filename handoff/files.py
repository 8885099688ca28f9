"""Files that customers attach: kept beside the events, in the same database.

So they live with several servers, go with a backup, and are gone with an erasure, like the words
around them. A file is kept for its visitor until a message carries it; what no message carries
within a day is forgotten.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, delete, select, update

from handoff.clock import Clock, system_clock
from handoff.database import reading, writing
from handoff.errors import BadValue
from handoff.events import Attachment, ConversationId, FileId, VisitorHash, new_file_id
from handoff.tables import files

UNCLAIMED_FOR = timedelta(days=1)
MAX_FILES = 5
"""Of one message."""
MAX_WAITING = 20
"""Files of one visitor that no message carries yet."""
MAX_FILE_NAME_CHARS = 120


@dataclass(frozen=True)
class Content:
    """What a file is: checked, and safe to be shown as `type` (a MIME type)."""

    name: str
    type: str
    body: bytes
    width: int | None = None
    height: int | None = None


class Files:
    """The files; every method is one transaction."""

    def __init__(self, engine: Engine, *, clock: Clock = system_clock) -> None:
        self._engine = engine
        self._clock = clock

    def keep(
        self, conversation: ConversationId, visitor_hash: VisitorHash, content: Content
    ) -> Attachment:
        """Keep a file until its visitor sends it. Raises `BadValue` when too many wait already."""
        now = self._clock()
        made = Attachment(
            new_file_id(),
            content.name[:MAX_FILE_NAME_CHARS],
            content.type,
            len(content.body),
            content.width,
            content.height,
        )
        with writing(self._engine) as connection:
            connection.execute(
                delete(files).where(files.c.sent_at.is_(None), files.c.at < now - UNCLAIMED_FOR)
            )
            waiting = connection.execute(
                select(files.c.id).where(
                    files.c.visitor_hash == visitor_hash, files.c.sent_at.is_(None)
                )
            ).all()
            if len(waiting) >= MAX_WAITING:
                raise BadValue(f"At most {MAX_WAITING} files wait to be sent.")
            connection.execute(
                files.insert().values(
                    id=made.id,
                    conversation_id=conversation,
                    visitor_hash=visitor_hash,
                    at=now,
                    name=made.name,
                    type=made.type,
                    size=made.size,
                    width=made.width,
                    height=made.height,
                    body=content.body,
                )
            )
        return made

    def read(self, file: FileId) -> Content | None:
        """A file by its id, which nobody can guess; None when there is none."""
        with reading(self._engine) as connection:
            row = connection.execute(select(files).where(files.c.id == file)).one_or_none()
        if row is None:
            return None
        return Content(row.name, row.type, bytes(row.body), row.width, row.height)


def claim(
    connection: Connection,
    conversation: ConversationId,
    visitor_hash: VisitorHash,
    wanted: Sequence[FileId],
    now: datetime,
) -> tuple[Attachment, ...]:
    """Give these files to a message of the conversation, in its transaction.

    Raises `BadValue` for one that is not this visitor's, or that a message carries already.
    """
    if len(wanted) > MAX_FILES:
        raise BadValue(f"A message carries at most {MAX_FILES} files.")
    found = {
        row.id: row
        for row in connection.execute(
            select(
                files.c.id, files.c.name, files.c.type, files.c.size, files.c.width, files.c.height
            ).where(
                files.c.id.in_(wanted),
                files.c.visitor_hash == visitor_hash,
                files.c.sent_at.is_(None),
            )
        )
    }
    if set(found) != set(wanted):
        raise BadValue("A file is not there any more; please attach it again.")
    if found:
        connection.execute(
            update(files)
            .where(files.c.id.in_(wanted))
            .values(sent_at=now, conversation_id=conversation)
        )
    rows = [found[one] for one in dict.fromkeys(wanted)]
    return tuple(
        Attachment(FileId(row.id), row.name, row.type, row.size, row.width, row.height)
        for row in rows
    )


def forget(connection: Connection, conversation: ConversationId) -> int:
    """Forget a conversation's files, in the transaction of its erasure; gives how many."""
    return connection.execute(delete(files).where(files.c.conversation_id == conversation)).rowcount
