"""Alembic's entry: runs on the connection that `migrate` gives, in its transaction."""

from alembic import context

from handoff.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite alters tables by copying them
)
context.run_migrations()
