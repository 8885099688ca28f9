"""The widget's languages, and which one a customer gets."""

import re
from collections.abc import Sequence
from pathlib import Path

CATALOGUES = Path(__file__).resolve().parent / "static" / "strings"
LANGUAGES = tuple(sorted(file.stem for file in CATALOGUES.glob("*.js")))
"""Two letters each (ISO 639-1); one catalogue each, and one in `more/` for what comes later."""
RIGHT_TO_LEFT = frozenset({"ar"})
TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
MAX_HEADER_CHARS = 400


def choose(page: str, accept_language: str, offered: Sequence[str] = ()) -> str:
    """Choose the tag (BCP 47, such as "de-AT") in whose language the widget speaks.

    Args:
        page: the language of the page or its owner's attribute, which comes first; may be empty.
        accept_language: the browser's header (RFC 9110, 12.5.4).
        offered: the languages of the site, the first for everybody else; empty for all, and English.
    """
    spoken = [language for language in offered if language in LANGUAGES] or list(LANGUAGES)
    for tag in (page, *preferred(accept_language)):
        if TAG.fullmatch(tag) and tag.partition("-")[0].lower() in spoken:
            language, _, rest = tag.partition("-")
            return f"{language.lower()}-{rest}" if rest else language.lower()
    return spoken[0] if offered and spoken[0] in offered else "en"


def preferred(accept_language: str) -> list[str]:
    """Read the tags of an Accept-Language header, most wanted first."""
    wanted: list[tuple[float, str]] = []
    for part in accept_language[:MAX_HEADER_CHARS].split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            wanted.append((-float(weight or 1), tag.strip()))
        except ValueError:
            continue
    return [tag for _, tag in sorted(wanted, key=lambda one: one[0])]


def direction(tag: str) -> str:
    """Tell the reading direction of a tag's language: "rtl" or "ltr"."""
    return "rtl" if tag.partition("-")[0] in RIGHT_TO_LEFT else "ltr"
