"""Alembic migrations of the desk's database, run by `handoff.database.migrate`."""
