"""The desk: conversations, events, handoffs, agents, sites."""

import sqlalchemy as sa
from alembic import op

from handoff.tables import Json, UtcTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build every table of the first version."""
    _agents()
    _clock()
    _customers()
    _saved_replies()
    _sites()
    _agent_sessions()
    _conversations()
    _events()
    _handoffs()
    _surveys()
    _files()
    op.execute(sa.text("INSERT INTO clock (id, changes) VALUES (1, 0)"))


def _agents() -> None:
    op.create_table(
        "agents",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("email_key", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("skills", Json, nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("presence", sa.String(length=16), nullable=False),
        sa.Column("seen_at", UtcTime, nullable=True),
        sa.Column("active_at", UtcTime, nullable=True),
        sa.Column("offered_at", UtcTime, nullable=True),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agents")),
        sa.UniqueConstraint("email_key", name=op.f("uq_agents_email_key")),
    )


def _clock() -> None:
    op.create_table(
        "clock",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("changes", sa.BigInteger(), nullable=False),
        sa.Column("swept_at", UtcTime, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock")),
    )


def _customers() -> None:
    op.create_table(
        "customers",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("site_id", sa.String(length=32), nullable=False),
        sa.Column("visitor_hash", sa.String(length=128), nullable=False),
        sa.Column("profile", Json, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
        sa.UniqueConstraint(
            "site_id", "visitor_hash", name=op.f("uq_customers_site_id_visitor_hash")
        ),
    )


def _saved_replies() -> None:
    op.create_table(
        "saved_replies",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("changed_at", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_saved_replies")),
    )


def _sites() -> None:
    op.create_table(
        "sites",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("origins", Json, nullable=False),
        sa.Column("settings", Json, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sites")),
        sa.UniqueConstraint("key", name=op.f("uq_sites_key")),
        sa.UniqueConstraint("name", name=op.f("uq_sites_name")),
    )


def _agent_sessions() -> None:
    op.create_table(
        "agent_sessions",
        sa.Column("token_hash", sa.String(length=128), nullable=False),
        sa.Column("agent_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("expires_at", UtcTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name=op.f("fk_agent_sessions_agent_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_agent_sessions")),
    )
    op.create_index(
        op.f("ix_agent_sessions_agent_id"), "agent_sessions", ["agent_id"], unique=False
    )


def _conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=32), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("customer_seq", sa.Integer(), nullable=False),
        sa.Column("answered_seq", sa.Integer(), nullable=False),
        sa.Column("settled_seq", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("changed_at", UtcTime, nullable=False),
        sa.Column("episode_started_at", UtcTime, nullable=False),
        sa.Column("agent_id", sa.String(length=32), nullable=True),
        sa.Column("agent_name", sa.String(length=200), nullable=True),
        sa.Column("offered_to", sa.String(length=32), nullable=True),
        sa.Column("offered_name", sa.String(length=200), nullable=True),
        sa.Column("offer_expires_at", UtcTime, nullable=True),
        sa.Column("declined_by", Json, nullable=False),
        sa.Column("waiting_since", UtcTime, nullable=True),
        sa.Column("handoff_reason", sa.String(length=64), nullable=False),
        sa.Column("skill", sa.String(length=64), nullable=True),
        sa.Column("at_front", sa.Boolean(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("tags", Json, nullable=False),
        sa.Column("snoozed_until", UtcTime, nullable=True),
        sa.Column("promise", sa.Text(), nullable=True),
        sa.Column("promise_due_at", UtcTime, nullable=True),
        sa.Column("page", sa.Text(), nullable=True),
        sa.Column("locale", sa.String(length=64), nullable=True),
        sa.Column("device", sa.Text(), nullable=True),
        sa.Column("offer_made", sa.Boolean(), nullable=False),
        sa.Column("unanswered_since", UtcTime, nullable=True),
        sa.Column("closed_at", UtcTime, nullable=True),
        sa.Column("resolution", sa.String(length=16), nullable=True),
        sa.Column("last_text", sa.Text(), nullable=True),
        sa.Column("last_role", sa.String(length=16), nullable=True),
        sa.Column("question_holder", sa.String(length=64), nullable=True),
        sa.Column("question_until", UtcTime, nullable=True),
        sa.Column("question_tries", sa.Integer(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name=op.f("fk_conversations_agent_id")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_conversations_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["offered_to"], ["agents.id"], name=op.f("fk_conversations_offered_to")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
        sa.UniqueConstraint("customer_id", name=op.f("uq_conversations_customer_id")),
    )
    op.create_index("ix_conversations_agent_id", "conversations", ["agent_id"], unique=False)
    op.create_index("ix_conversations_changed", "conversations", ["changed"], unique=False)
    op.create_index(
        "ix_conversations_stage_changed_at", "conversations", ["stage", "changed_at"], unique=False
    )


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("sender_id", sa.String(length=64), nullable=True),
        sa.Column("sender_name", sa.String(length=200), nullable=True),
        sa.Column("side", sa.String(length=80), nullable=True),
        sa.Column("client_id", sa.String(length=64), nullable=True),
        sa.Column("payload", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_events_conversation_id")
        ),
        sa.PrimaryKeyConstraint("conversation_id", "seq", name=op.f("pk_events")),
        sa.UniqueConstraint(
            "conversation_id",
            "side",
            "client_id",
            name=op.f("uq_events_conversation_id_side_client_id"),
        ),
    )
    op.create_index("ix_events_kind_at", "events", ["kind", "at"], unique=False)


def _handoffs() -> None:
    op.create_table(
        "handoffs",
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.Column("requested_at", UtcTime, nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("accepted_at", UtcTime, nullable=True),
        sa.Column("packet", Json, nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_handoffs_conversation_id")
        ),
        sa.PrimaryKeyConstraint("conversation_id", "seq", name=op.f("pk_handoffs")),
    )
    op.create_index(op.f("ix_handoffs_accepted_at"), "handoffs", ["accepted_at"], unique=False)


def _surveys() -> None:
    op.create_table(
        "surveys",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("agent_id", sa.String(length=32), nullable=True),
        sa.Column("asked_at", UtcTime, nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("answered_at", UtcTime, nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_surveys_agent_id")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_surveys_conversation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surveys")),
    )
    op.create_index(
        op.f("ix_surveys_conversation_id"), "surveys", ["conversation_id"], unique=False
    )


def _files() -> None:
    op.create_table(
        "files",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("visitor_hash", sa.String(length=128), nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("sent_at", UtcTime, nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_files")),
    )
    op.create_index(op.f("ix_files_conversation_id"), "files", ["conversation_id"], unique=False)
    op.create_index(op.f("ix_files_visitor_hash"), "files", ["visitor_hash"], unique=False)
