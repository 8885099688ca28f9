"""HTML's character references in Markdown: `&gt;`, `&#8212;`, `&mdash;` become their characters."""

import re
from html import unescape
from html.entities import html5

_REFERENCE = re.compile(
    r"(?<!\\)&(?:amp;)?(#\d{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,31};)"
)
# What would be read as markup anywhere, and what only at the start of a line.
_MARKUP, _OPENS_BLOCK = frozenset("*_`[]\\|<"), frozenset(">-+#=~")
_SOFT_HYPHEN = "\u00ad"
_PRIVATE = re.compile("[\ue000-\ue00f]")


def plain_entities(text: str) -> str:
    """Decode references in CommonMark whose code is hidden; what they say never becomes markup.

    A reference encoded twice (`&amp;quot;`), as exports leave it, is decoded, too. What no standard
    names (`&foo;`) stays as it is.
    """

    def decoded(match: re.Match[str]) -> str:
        said = _characters(match.group(1))
        if said is None:
            return match.group(0)
        before = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        opens = said in _OPENS_BLOCK and not before.strip()
        return f"\\{said}" if said in _MARKUP or opens else said

    return _REFERENCE.sub(decoded, text)


def without_entities(text: str) -> str:
    """Decode the references of a title or description, which hold no markup."""
    return _REFERENCE.sub(lambda m: _characters(m.group(1)) or m.group(0), text)


def _characters(reference: str) -> str | None:
    """What `name;` or `#number;` stands for, white space as one blank; None when unknown."""
    if not reference.startswith("#") and reference not in html5:
        return None
    said = _PRIVATE.sub("", unescape(f"&{reference}")).replace(_SOFT_HYPHEN, "")
    return " " if said.isspace() else said
