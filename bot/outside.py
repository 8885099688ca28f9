"""Requests that no help article can answer, whatever search finds: for the bot's own instructions,
for other people's data, for works to order. They are told apart by their wording alone, so a miss
costs nothing but a look at the articles.
"""

import re
from typing import Final

_MAX_CHARS: Final = 2000  # enough of a message; a megabyte need not be read

# Each pattern is linear: no repetition inside a repetition.
_INSTRUCTIONS: Final = (
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,30}\b(?:instructions?|prompts?|rules|"
    r"guidelines|programming|restrictions|directions|everything (?:above|before))\b",
    r"\b(?:system|initial|hidden|secret|original) (?:prompt|instructions?)\b",
    r"\b(?:print|show|reveal|repeat|output|tell me|what (?:is|are)|leak)\b.{0,20}\byour "
    r"(?:\w+ )?(?:prompt|instructions|configuration|training data|source code)\b",
    r"\b(?:you are now|from now on,? (?:you|i want you)|pretend(?:ing)? (?:to be|you|that you)|"
    r"act (?:as (?:a|an|if)|like you)|developer mode|jailbreak|do anything now|"
    r"unfiltered|uncensored|amoral)\b",
    r"\byou (?:are|will|must|should) (?:going to |about to )?(?:be |be acting )?(?:immerse yourself|role-?play|"
    r"simulate|impersonate|an? (?:ai|artificial intelligence|language model|llm|chat ?bot))\b",
)
_OTHER_PEOPLE: Final = (
    r"\b(?:an)?other (?:customer|user|person|people|buyer|client|account)(?:['’]?s)?['’]? "
    r"(?:\w+ )?(?:address|data|details|orders?|e-?mails?|phone|number|password|name|card|account)",
    r"\b(?:address|data|details|orders?|e-?mails?|phone numbers?|passwords?|names|cards?|list) of "
    r"(?:an(?:other)?|other|all|your|every|some) (?:other )?(?:customer|user|client|buyer)s?\b",
    r"\b(?:dump|export|list|show) (?:me )?(?:all|every|your) (?:your )?(?:customers?|users?)\b",
)
_WORKS: Final = (
    r"^\W*(?:please |can you |could you |will you |pls |now )*(?:write|compose|generate|make up|tell|"
    r"sing|create)(?: me| us)?(?: a| an| some| the)?(?: \w+)? (?:poem|haiku|song|story|joke|essay|"
    r"limerick|rap|code|script|program|function|sql|sonnet)\b",
)
_OUTSIDE: Final = re.compile(
    "|".join((*_INSTRUCTIONS, *_OTHER_PEOPLE, *_WORKS)), re.IGNORECASE | re.DOTALL
)


def is_outside(text: str) -> bool:
    """Tell whether a message asks for what the bot is not there for."""
    return bool(_OUTSIDE.search(text[:_MAX_CHARS]))
