"""Opening the desk's database: SQLite for one server, PostgreSQL for several."""

from sqlalchemy import Engine


def open_database(url: str) -> Engine:
    """Open the database at `url` ("sqlite:///…/warmline.db" or "postgresql://…").

    SQLite runs in WAL mode with a busy timeout, foreign keys and immediate write transactions;
    PostgreSQL through psycopg 3 with a pool. Raises `DatabaseUnusable` with the remedy.
    """
    raise NotImplementedError


def migrate(engine: Engine) -> None:
    """Bring the schema up to this version; safe when several servers start at once.

    Raises `DatabaseUnusable` when the schema is newer than this program.
    """
    raise NotImplementedError
