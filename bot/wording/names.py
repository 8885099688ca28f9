"""Names in what a language model wrote: they must stand in the text that it wrote about."""

import re
from typing import Final

from bot.wording import facts, reading

_NAME: Final = re.compile(r"[^\W\d_][^\W_]*(?:-[^\W_]+)*")


def strange(text: str, known: str, language: str, written: str) -> str | None:
    """Return a name (capitals within a sentence) that does not stand in `known`; None without one.

    At the beginning of a sentence every word has a capital: there it is a name when `written`, a
    longer text around `known`, writes it so within a sentence.
    """
    stems = frozenset(word.stem for word in reading.read(known, language))
    folded = facts.plain(known).lower()
    begins = True
    for token in re.finditer(r"\S+", text):
        found = _NAME.search(token.group())
        if found:
            name = found.group()
            inner = any(c.isupper() for c in name[1:])
            capital = name[0].isupper() and (not begins or inner or _is_name(name, written))
            nouns = language == "german" and not inner
            pieces = reading.read(name, language)
            missing = any(w.stem not in stems and w.surface not in folded for w in pieces)
            if capital and not nouns and missing and name not in {"I", "OK"}:
                return name
        begins = token.group()[-1] in '.!?:"“(>' or (begins and not found)
    return None


def _is_name(word: str, text: str) -> bool:
    return bool(re.search(rf"[\w,;] \W?{re.escape(word)}\b", text))
