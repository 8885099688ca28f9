"""Where log lines go: stderr, one line each, at the level of the settings."""

import logging

CHATTY = ("uvicorn.error", "alembic", "httpx", "bm25s")  # their INFO tells an operator nothing
FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def start_logging(level: str = "warning") -> None:
    """Send everything at this level or above to stderr.

    The level stands on the handler, too: some libraries set their own loggers to DEBUG.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter(FORMAT))
    handler.setLevel(level.upper())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    if level != "debug":
        for name in CHATTY:
            logging.getLogger(name).setLevel(logging.WARNING)
