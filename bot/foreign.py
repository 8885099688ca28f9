"""Whether a message is in a language that no article is written in."""

import unicodedata
from collections import Counter
from typing import Final

from bot.language import told
from knowledge import words
from knowledge.search import Findings
from knowledge.snapshot import Snapshot

# Two languages share words, and names of products stand in every language. On two English help
# centres 31 of 34 questions in thirteen other languages are told by this, and none of 466 English ones.
_UNKNOWN_SHARE: Final = 0.6


def is_foreign(snapshot: Snapshot | None, findings: Findings | None) -> bool:
    """Tell whether the question that was searched for is in a language of no article.

    The articles know next to none of its words, and its letters are none of theirs or its function
    words tell a language that none of them is known to be in. Only then a low confidence says
    nothing about whether the question is the company's business.
    """
    if snapshot is None or findings is None:
        return False
    terms = [idf for term, idf in findings.terms.items() if term.isalpha()]
    if not terms or sum(idf == 0.0 for idf in terms) < _UNKNOWN_SHARE * len(terms):
        return False
    if _script(findings.question) not in snapshot.scripts:
        return True
    spoken = words.language_of(told(findings.question), findings.question)
    known = snapshot.languages - {words.UNSTEMMED}
    return bool(known) and spoken != words.UNSTEMMED and spoken not in known


def _script(text: str) -> str:
    """The script of most letters."""
    letters = [char for char in unicodedata.normalize("NFKC", text) if char.isalpha()]
    return Counter(map(words.script_of, letters)).most_common(1)[0][0]
