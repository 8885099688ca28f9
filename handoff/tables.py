"""The tables (SQLAlchemy Core). `migrations/` builds them; a test compares the two."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""Constraint names fixed, so that later migrations can name them on both databases."""


class UtcTime(TypeDecorator[datetime]):
    """A time with its zone; SQLite, which has none, gets UTC without it."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database. A time without zone is a mistake of ours."""
        if value is None:
            return None
        assert value.tzinfo is not None, "times at the desk carry their zone"
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


Json: Any = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
metadata = MetaData(naming_convention=NAMES)

sites = Table(
    "sites",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("key", String(64), nullable=False, unique=True),
    Column("origins", Json, nullable=False),
    Column("settings", Json, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)

agents = Table(
    "agents",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("email", String(320), nullable=False),
    Column("email_key", String(320), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("role", String(16), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("must_change_password", Boolean, nullable=False),
    Column("skills", Json, nullable=False),
    Column("capacity", Integer),
    Column("disabled", Boolean, nullable=False),
    Column("presence", String(16), nullable=False),
    Column("seen_at", UtcTime),
    # The last thing the agent did themselves, as seen_at is the last sign of their console.
    Column("active_at", UtcTime),
    Column("offered_at", UtcTime),
    Column("created_at", UtcTime, nullable=False),
)

agent_sessions = Table(
    "agent_sessions",
    metadata,
    Column("token_hash", String(128), primary_key=True),
    Column("agent_id", ForeignKey("agents.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
)

customers = Table(
    "customers",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("site_id", String(32), nullable=False),
    Column("visitor_hash", String(128), nullable=False),
    Column("profile", Json, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("site_id", "visitor_hash"),
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("customer_id", ForeignKey("customers.id"), nullable=False, unique=True),
    Column("stage", String(16), nullable=False),
    Column("episode", Integer, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("customer_seq", Integer, nullable=False),
    Column("answered_seq", Integer, nullable=False),
    Column("settled_seq", Integer, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    Column("episode_started_at", UtcTime, nullable=False),
    Column("agent_id", ForeignKey("agents.id")),
    Column("agent_name", String(200)),
    Column("offered_to", ForeignKey("agents.id")),
    Column("offered_name", String(200)),
    Column("offer_expires_at", UtcTime),
    Column("declined_by", Json, nullable=False),
    Column("waiting_since", UtcTime),
    Column("handoff_reason", String(64), nullable=False),
    Column("skill", String(64)),
    Column("at_front", Boolean, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("tags", Json, nullable=False),
    Column("snoozed_until", UtcTime),
    Column("promise", Text),
    Column("promise_due_at", UtcTime),
    Column("page", Text),
    Column("locale", String(64)),
    Column("device", Text),
    Column("offer_made", Boolean, nullable=False),
    Column("unanswered_since", UtcTime),
    Column("closed_at", UtcTime),
    Column("resolution", String(16)),
    Column("last_text", Text),
    Column("last_role", String(16)),
    # The question's lease; not part of the projection.
    Column("question_holder", String(64)),
    Column("question_until", UtcTime),
    Column("question_tries", Integer, nullable=False),
    # Where the last change stands in the desk's whole history (see `changes.py`).
    Column("changed", BigInteger, nullable=False),
    Index("ix_conversations_stage_changed_at", "stage", "changed_at"),
    Index("ix_conversations_changed", "changed"),
    Index("ix_conversations_agent_id", "agent_id"),
)

events = Table(
    "events",
    metadata,
    Column("conversation_id", ForeignKey("conversations.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("episode", Integer, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("role", String(16), nullable=False),
    Column("sender_id", String(64)),
    Column("sender_name", String(200)),
    # Whose client ids these are: "customer", or "agent:" and the agent's id.
    Column("side", String(80)),
    Column("client_id", String(64)),
    Column("payload", Json, nullable=False),
    UniqueConstraint("conversation_id", "side", "client_id"),
    Index("ix_events_kind_at", "kind", "at"),
)

handoffs = Table(
    "handoffs",
    metadata,
    Column("conversation_id", ForeignKey("conversations.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("episode", Integer, nullable=False),
    Column("requested_at", UtcTime, nullable=False),
    Column("reason", String(64), nullable=False),
    Column("position", Integer),
    Column("accepted_at", UtcTime, index=True),
    Column("packet", Json),  # NULL once erased,
)

surveys = Table(
    "surveys",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False, index=True),
    Column("episode", Integer, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("agent_id", ForeignKey("agents.id")),
    Column("asked_at", UtcTime, nullable=False),
    Column("score", Float),
    Column("answered_at", UtcTime),
)

files = Table(
    "files",
    metadata,
    Column("id", String(64), primary_key=True),
    # No foreign key: a file may come before the first message, when nothing is stored yet.
    Column("conversation_id", String(64), nullable=False, index=True),
    Column("visitor_hash", String(128), nullable=False, index=True),
    Column("at", UtcTime, nullable=False),
    Column("sent_at", UtcTime),
    Column("name", String(200), nullable=False),
    Column("type", String(100), nullable=False),
    Column("size", Integer, nullable=False),
    Column("width", Integer),
    Column("height", Integer),
    Column("body", LargeBinary, nullable=False),
)

saved_replies = Table(
    "saved_replies",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("text", Text, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
)

clock = Table(
    "clock",
    metadata,
    # One row: the counter of changes (SQLite), and when time was last looked at.
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("changes", BigInteger, nullable=False),
    Column("swept_at", UtcTime),
)
