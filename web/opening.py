"""The desk and its rules, opened from the settings: all that most commands need of a server."""

from datetime import timedelta

from sqlalchemy import Engine

from handoff.database import migrate, open_database
from handoff.desk import Desk
from web.rulebook import RulesInForce, load_all
from web.settings import Settings


def rules_of(settings: Settings) -> RulesInForce:
    """Read the owner's rules. Raises RulesInvalid or RulesUnusable, naming file and rule."""
    return load_all(settings.rules, settings.matters, settings.desk)


def open_desk(settings: Settings) -> tuple[Engine, Desk]:
    """Open and migrate the database of the settings."""
    rules = rules_of(settings).desk.desk_rules(
        max_chars=settings.max_message_chars,
        question_lease=timedelta(seconds=settings.answer_timeout_s * 1.5),
    )
    settings.data.mkdir(parents=True, exist_ok=True)
    engine = open_database(settings.database)
    migrate(engine)
    return engine, Desk(engine, rules=rules)
