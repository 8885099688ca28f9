"""Greetings and thanks around what a message says."""

import re
from typing import Final

_GREETING: Final = re.compile(
    r"^\W*(?:hi|hello|hey|good (?:morning|afternoon|evening)|hallo|guten tag|bonjour|hola|ciao|olá)"
    r"(?: there| team| all)?\b[\s,.!-]*(?=\w)",
    re.IGNORECASE,
)
# "Thanks, but where is it?" asks where it is.
_THANKS: Final = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|great|perfect|right|yes|no|alright)\b[\s,.!-]*)*(?:many )?(?:thank(?:s| you)|thx|cheers|"
    r"danke(?: schön)?|vielen dank|merci(?: beaucoup)?|(?:muchas )?gracias|(?:tante )?grazie|(?:muito )?"
    r"obrigad[oa]|dank (?:je|u)(?: wel)?|dzięki|dziękuję)\b(?: so much| very much| a lot| again| anyway)?"
    r"(?: for (?:the|your|that|this)(?: \w+){0,2})?[\s,.!:;-]+(?=\w)",
    re.IGNORECASE,
)


def beside_manners(text: str) -> str:
    """Return what a message says after its greeting and thanks."""
    return _THANKS.sub("", _GREETING.sub("", text))
