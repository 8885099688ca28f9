"""How frustrated the customer is, from the words and the course of the conversation."""

import math
import re
from typing import Final

from rapidfuzz import fuzz

from bot.dialogue import Decision, Dialogue, Speaker

_ANGER: Final = re.compile(
    r"\b(?:ridiculous|useless|terrible|horrible|awful|worst|stupid|idiot\w*|pathetic|joke|unacceptable|"
    r"angry|furious|fed up|annoy\w*|frustrat\w*|disappoint\w*|hate|scam|garbage|rubbish|crap|"
    r"wtf|f\*+|fuck\w*|shit\w*|bullshit|damn|unfassbar|frechheit|inutile|ridicul\w*|pésimo)\b",
    re.IGNORECASE,
)
_REJECTS: Final = re.compile(
    r"\b(?:not what i|doesn'?t (?:help|work|answer)|didn'?t (?:help|work|answer)|not help\w*|no help|"
    r"still (?:not|doesn'?t|isn'?t|can'?t|nothing)|already (?:told|said|tried|did)|as i said|"
    r"that'?s not|you(?:'re| are) (?:not|wrong)|don'?t understand|again and again)\b",
    re.IGNORECASE,
)
_SHOUT_MIN_LETTERS: Final = 8  # "OK" and "FAQ" are not shouting
_REPEATS_AT: Final = 85.0  # rapidfuzz token_set_ratio, 0..100
_MAX_CHARS: Final = 2000


def frustration(dialogue: Dialogue) -> float:
    """Return the probability (0..1) that the customer is frustrated at the last turn."""
    said = [t.text[:_MAX_CHARS] for t in dialogue.turns if t.speaker is Speaker.CUSTOMER]
    last, earlier = said[-1], said[:-1]
    letters = [c for c in last if c.isalpha()]
    shouting = len(letters) >= _SHOUT_MIN_LETTERS and sum(c.isupper() for c in letters) > 0.7 * len(
        letters
    )
    repeats = any(
        len(last) > _SHOUT_MIN_LETTERS and fuzz.token_set_ratio(last, e) >= _REPEATS_AT
        for e in earlier
    )
    failed = sum(
        t.helpful is False or t.decision in (Decision.DECLINE, Decision.OFFER_HUMAN)
        for t in dialogue.turns
        if t.speaker is Speaker.BOT
    )
    z = (
        -3.0
        + 2.6 * min(2, len(_ANGER.findall(last)))
        + 1.6 * bool(_REJECTS.search(last))
        + 1.4 * shouting
        + 0.6 * min(3, last.count("!"))
        + 1.2 * repeats
        + 0.7 * min(3, failed)
        + 0.6 * sum(bool(_ANGER.search(e)) for e in earlier[-2:])
    )
    return 1.0 / (1.0 + math.exp(-z))
