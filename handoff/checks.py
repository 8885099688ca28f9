"""Whether what people typed can be kept, without any I/O."""

import re
from collections.abc import Mapping

from handoff.errors import BadValue, UnknownMessage

MAX_NAME_CHARS = 40
"""Of a tag, and of the name of a profile value."""
MAX_PROFILE = 30
MAX_PROFILE_CHARS = 500
LOOKS_LIKE_EMAIL = re.compile(r"[^@\s<>\"]+@[^@\s<>\".]+(\.[^@\s<>\".]+)+")
"""Something, an @, and a domain with a dot: only a mail that arrives proves more (RFC 5321)."""


def check_text(text: str, max_chars: int) -> str:
    """The text without surrounding blanks. Raises `BadValue` when it is blank or too long."""
    kept = text.replace("\x00", "").strip()
    if not kept:
        raise BadValue("The message is empty.")
    if len(kept) > max_chars:
        raise BadValue(f"The message has {len(kept)} characters; at most {max_chars} are possible.")
    return kept


def check_choice(offered: Mapping[str, str], value: str) -> str:
    """The label of the choice with this value. Raises `UnknownMessage` when it was not offered."""
    if value not in offered:
        raise UnknownMessage("That choice was not offered.")
    return offered[value]


def check_profile(profile: Mapping[str, str]) -> None:
    """Raises `BadValue` for too many or too long values, and for an e-mail that cannot be one."""
    if not profile:
        raise BadValue("Nothing was given to keep.")
    if len(profile) > MAX_PROFILE or any(
        len(name) > MAX_NAME_CHARS or len(value) > MAX_PROFILE_CHARS
        for name, value in profile.items()
    ):
        raise BadValue(
            f"At most {MAX_PROFILE} values of at most {MAX_PROFILE_CHARS} characters are kept."
        )
    email = profile.get("email")
    if email is not None and not LOOKS_LIKE_EMAIL.fullmatch(email):
        raise BadValue("That is not an e-mail address.")
