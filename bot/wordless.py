"""Messages without a word meant for anybody: symbols, markup, code, script, SQL.

Nothing in them is a question, a feeling or a wish, so they are neither searched nor read for one:
the bot asks what is needed. A message that says something beside its code is read as any other.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import groupby
from typing import Final

from bot.language import fold

_MAX_CHARS: Final = 2000  # enough of a message; a megabyte need not be read
_IN_MEMORY: Final = 1024  # messages
# Of the characters of a longer message at least this share are letters, digits or pictures.
_LEAST_TELLING: Final = 0.5
_SHORT: Final = 16  # characters; "?!?! help" is short and says something
# Of three lines or more at least this share must be code for the whole to be code.
_CODE_LINES: Final = 0.5
_FEWEST_LINES: Final = 3

# Pieces of code that stand in for nothing said. Each is linear: no repetition inside a repetition.
_PIECES: Final = re.compile(
    r"<\s*(?:script|style)\b.*?(?:<\s*/\s*(?:script|style)\s*>|\Z)"  # with what stands inside
    r"|<\s*[/!?]?\s*[a-z][^<>]*(?:>|\Z)"  # a tag, even one that never ends
    r"|\$\([^)]*\)?|\$\{[^}]*\}?|\{\{[^}]*\}?\}?|\{\w*\}"  # a shell's or a template's
    r"|[\w$]+(?:[.:][\w$]+)*\((?:[^()]*\)|[^()\s])"  # a call: alert('x'), or its beginning
    r"|\b(?:java|vb)script:|\bfile:/+|\b[a-z]+:/+\S*|&\#?\w{1,12};"
    r"|\\+(?:x[0-9a-f]{2}|u[0-9a-f]{4}|[0-7]{3})|%(?:[0-9a-f]{2}|[sdnxp])"
    r"|\b(?:drop|truncate|alter) table \w+"
    r"|\bon[a-z]+\s*=\s*\S*|(?<!\S)--?[a-z][\w-]*(?:=\S*)?",  # onerror=…, --version
    re.IGNORECASE | re.DOTALL,
)
_MARKS: Final = re.compile(
    r"['\"\\]\s*\)*\s*(?:--|#|/\*|;|\bor\b|\band\b)|--\s*$|#\s*$|\b\d+\s*=\s*\d+|'\s*=\s*'|\bx\s*=\s*[xy]\b",
    re.IGNORECASE | re.MULTILINE,
)
_SQL: Final = re.compile(
    r"\b(?:(?:order by|group by|waitfor delay|union(?: all)?(?: select)?|select|drop table|"
    r"insert into|delete from|exec(?:ute)?)\s+[\d*(@'\"=]|(?:and|or|having|where)\s+[\w'\"(]+\s*[=<>])",
    re.IGNORECASE,
)
# Words of code: what is left of a message when its code is taken out must be more than these.
_KEYWORDS: Final = re.compile(
    r"(?:select|union|all|from|where|and|or|order|by|group|having|like|limit|offset|into|"
    r"insert|values|drop|table|tables|delete|update|set|null|nan|undefined|true|false|exec|"
    r"execute|declare|begin|end|waitfor|delay|sleep|benchmark|admin|administrator|root|"
    r"user|users|username|password|pass|information|schema|sysobjects|as|asc|desc|not|in|"
    r"is|rlike|case|when|then|else|var|let|const|function|return|alert|script|javascript|"
    r"onload|onerror|src|href|img|svg|div|span|style|body|html|head|iframe|expression|echo|"
    r"cat|etc|passwd|bin|sh|bash|cmd|exe|dual|xp|cmdshell)"
)
_CODE_LINE: Final = re.compile(
    r"\s*(?:(?:import|from|def|class|return|var|let|const|public|void|#include|for|while|if)\b.*[({;:]?"
    r"|\w[\w.\[\]'\"]*\s*[-+*/]?=[^=].*|[\w.]+\(.*\)?[;:{]?|.*[{};]|[\])}\s]+)\s*$"
)
_DRAWN: Final = frozenset({"So", "Mn", "Me", "Cf", "Sk"})  # pictures and what colours them


def is_wordless(text: str) -> bool:
    """Tell whether nothing in a message can be searched for: it is code, or holds no letter."""
    return not fold(text[:_MAX_CHARS]) or is_code(text)


def is_code(text: str) -> bool:
    """Tell whether what a message holds is said to a machine, not to anybody."""
    return _is_code(text[:_MAX_CHARS].strip())


@lru_cache(maxsize=_IN_MEMORY)  # each turn of a conversation is read again with every message
def _is_code(said: str) -> bool:
    if _is_mostly_symbols(said) or _is_a_program(said):
        return True
    left = _PIECES.sub(" ", said)
    marked = left != said or bool(_MARKS.search(said) or _SQL.search(said))
    return marked and not any(_tells(word) for word in fold(left))


def _tells(word: str) -> bool:
    return len(word) > 1 and not word.isdigit() and not _KEYWORDS.fullmatch(word)


def _is_mostly_symbols(said: str) -> bool:
    """Marks that repeat ("!!!!", a ruled line) count once."""
    kinds = [unicodedata.category(c) for c, _ in groupby("".join(said.split()))]
    telling = sum(kind[0] in "LNM" or kind in _DRAWN for kind in kinds)
    return len(kinds) >= _SHORT and telling < _LEAST_TELLING * len(kinds)


def _is_a_program(said: str) -> bool:
    lines = [line for line in said.splitlines() if line.strip()]
    code = sum(bool(_CODE_LINE.match(line)) for line in lines)
    return len(lines) >= _FEWEST_LINES and code >= _CODE_LINES * len(lines)
