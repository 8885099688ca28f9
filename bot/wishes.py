"""A direct wish for a person: how sure we are that the customer asks for one."""

import re
from collections.abc import Sequence
from typing import Final

from bot.dialogue import Decision, Speaker, Turn

_PERSON: Final = (
    r"(?:(?:an?|the|your|ur|real|live|human|actual|normal|other|another|somebody|some|one of your|"
    r"proper|support|service|customer|(?:f\w*ing|bloody|damn|goddamn))\s+)*"
    r"(?:humans?|persons?|people|agents?|operators?|representatives?|reps?|assistants?|"
    r"some?(?:one|body)(?: else)?|managers?|supervisors?|staff|support(?: team)?|"
    r"customer (?:service|support|care)|advisors?|employees?|team|real one)\b"
)
_REACH: Final = (
    r"(?:speak|talk|chat|contact|reach|connect|transfer|put|get|call|phone|escalate|hand)\w*"
    r"(?: me| us| this)?(?: over| through| directly)?(?:\s*(?:to|with|in touch with|by|from))?\s+"
)
_ASKS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # English
        _REACH + _PERSON,
        r"^\W*(?:(?:a|an|the|real|live|human|please|i (?:want|need)|give me|get me|is there)\s+)*"
        r"(?:human|agent|operator|representative|real person|person|customer (?:service|support)|"
        r"support|live (?:chat|agent))(?:\s+(?:please|now|pls))*\W*$",
        r"\b(?:any|are there)\b.{0,12}\breal (?:human|person|people)",
        r"\b(?:let|want|need|give|get)\b.{0,12}\b(?:a |an )?(?:real |live )?(?:human|real person)\b",
        r"\bdon'?t (?:want|wanna) (?:to )?(?:talk|speak|chat) (?:to|with) (?:you|a (?:bot|machine))",
        # German, French, Spanish, Italian, Portuguese, Dutch, Polish, Chinese
        r"\b(?:mit|zu)\b.{0,25}\b(?:mensch\w*|mitarbeiter\w*|person|jemand\w*|berater\w*)\b.{0,30}"
        r"\b(?:sprech\w*|reden|chatten|verbinden|verbunden)",
        r"\b(?:sprech\w*|reden)\b.{0,20}\bmit\b.{0,20}\b(?:mensch\w*|mitarbeiter\w*|jemand\w*)",
        r"\becht\w* (?:mensch\w*|person)|\bkundenservice\b|\bkundendienst\b",
        r"\bparler (?:à|a|avec)\b.{0,25}\b(?:humain|personne|conseiller\w*|agent|quelqu)",
        r"\bvrais? humains?|\bservice (?:à la )?client\w*|\bcontacter le support",
        r"\bhablar con\b.{0,25}\b(?:human\w*|persona|agente|alguien|operador\w*|asesor\w*)",
        r"\bhuman[oa] real|\bservicio al cliente|\bcontactar con el soporte",
        r"\bparlare con\b.{0,25}\b(?:uman\w*|persona|operatore|qualcuno|addetto)",
        r"\bvero\b.{0,10}\buman\w*|\bservizio clienti|\bcontatt\w+ il supporto",
        r"\bfalar com\b.{0,25}\b(?:human\w*|pessoa|atendente|alguém|agente)",
        r"\b(?:met|aan)\b.{0,20}\b(?:mens|medewerker|persoon|iemand)\b.{0,20}\b(?:spreken|praten)",
        r"\b(?:spreken|praten) met\b.{0,20}\b(?:mens|medewerker|persoon|iemand)",
        r"\b(?:rozmawiać|porozmawiać|pogadać)\s+z\b.{0,25}\b(?:człowiekiem|konsultant\w*|kimś|osobą)",
        r"真正的人类|人工客服|转人工|和人类|客服服务|联系(?:支持|客服)",
    )
)
_DENIES: Final = re.compile(
    r"\b(?:no need|don'?t (?:need|want)|not|without|instead of)\b[^.,;!?]{0,30}"
    r"\b(?:human|person|agent|operator|someone|somebody|people)\b",
    re.IGNORECASE,
)
_ACCEPTS: Final = re.compile(
    r"^\W*(?:yes|yeah|yep|yup|ya|ok|okay|sure|please(?: do)?|go ahead|do it|of course|absolutely|"
    r"that would be (?:great|good|nice|lovely)|ja|gern\w*|bitte|oui|d'accord|s[ií]|claro|vale|"
    r"certo|va bene|sim|tak|prosz[eę]|graag|好的?|是的?)\b.{0,40}$",
    re.IGNORECASE | re.DOTALL,
)
_MAX_CHARS: Final = 2000  # a wish stands at an end of the message; a megabyte need not be read


def wants_person(text: str, history: Sequence[Turn]) -> float:
    """Return the probability (0..1) that `text` asks for a person now.

    `history` holds the turns before `text`, oldest first: "yes please" right after the bot's offer
    is a wish too.
    """
    window = text if len(text) <= _MAX_CHARS else f"{text[:1000]}\n{text[-1000:]}"
    window = window.replace("’", "'")
    if _was_offered(history) and _ACCEPTS.match(window):
        return 0.97
    if not any(pattern.search(window) for pattern in _ASKS):
        return 0.02
    return 0.3 if _DENIES.search(window) and "don't want to" not in window.lower() else 0.95


def _was_offered(history: Sequence[Turn]) -> bool:
    """Tell whether the bot's last word, with no other turn after it, offered a person."""
    if not history or history[-1].speaker is not Speaker.BOT:
        return False
    last = history[-1]
    return last.offer or last.decision is Decision.OFFER_HUMAN
