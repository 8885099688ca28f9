"""The bot's own words: the feeling before the fact, the name when it is known, nothing forbidden."""

import re
import tomllib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from bot.errors import ToneInvalid
from bot.language import FALLBACK, words_of

Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, to_lower=True)]

# What has happened to somebody, not the name of a thing: to "fire" is to dismiss, "Spark" may be a plan,
# and who asks for the emergency line or for cover against theft has come to no harm yet.
_WORRY: Final = re.compile(
    r"\b(?:stolen|stole|thief|thieves|robbed|defrauded|fraudulent|fraudsters?|scamm(?:ed|ers?)|hacked|"
    r"hijacked|phished|unauthori[sz]ed|(?:report\w*|was|been|victim of|is|it'?s|suspect\w*) (?:this )?"
    r"(?:an? )?(?:theft|fraud|scam)(?! (?:protect|prevent|polic|insur|cover))|"
    r"(?:on|caught|catch(?:es|ing)) fire\b(?! (?:tv|tablet|stick|hd|os))|(?:full of|saw|coming|black|white) smoke|"
    r"smoke (?:is|was|came|comes|coming)|(?:is|was|started|starts|keeps) (?:smoking|burning)\b(?! (?:area|allowed))|"
    r"burn(?:t|ed) (?:my|me|his|her|our)|burn(?:t|ing) smell|smell\w* (?:\w+ )?burn(?:t|ing)|electric shock|"
    r"(?:is|am|are|was|were|been|badly|seriously) injured|bleeding|"
    r"(?:this is|it'?s|have|had) an emergency(?! (?:contact|exit|line|number|fund|kit))|"
    r"gestohlen|betrogen|gehackt|brennt|volée?|arnaqué?e?|piraté\w*|robad[oa]|robaron|estafa(?:d[oa]|ron)|"
    r"hackead[oa]|rubat[oa]|truffat[oa]|roubad[oa]|gestolen|opgelicht|skradzion\w*)\b",
    re.IGNORECASE,
)
_UPSET: Final = re.compile(
    r"\b(?:ang(?:ry|ered)|furious|livid|fuming|upset|annoy(?:ed|ing)|frustrat\w*|disappoint\w*|disgust\w*|"
    r"appall\w*|exhaust(?:ed|ing)|ridiculous|unacceptable|outrageous|disgrace\w*|shameful|unbelievable|"
    r"pathetic|nightmare|fed up|sick (?:and tired )?of|tired of|had enough|enough of this|in tears|crying|"
    r"at my wits'? end|kidding me|you joking|a joke|(?:heaven|god|christ|goodness|pete)'?s? sake|worst|useless|"
    r"stupid|third time|again and again|over and over|for weeks|nobody (?:cares|tells|answers|replies)|"
    r"don'?t care|stinksauer|sauer|wütend|verärgert|genervt|enttäuscht|frechheit|unverschämt\w*|unmöglich|"
    r"inadmissible|inacceptable|scandale\w*|furieu(?:x|se)|en colère|déçue?|honteu\w*|marre|enfadad[oa]|"
    r"furios[oa]|indignad[oa]|decepcionad[oa]|vergüenza|inaceptable|hart[oa]|arrabbiat[oa]|delus[oa]|vergogna|"
    r"inaccettabile|stuf[oa]|zangad[oa]|irritad[oa]|desapontad[oa]|inaceitável|farto|boos|woedend|"
    r"belachelijk|schandalig|teleurgesteld|onacceptabel|wściek\w*|skandal\w*|rozczarowan\w*|dość tego)\b"
    r"|\?!|!\?|!!!|\?\?\?",
    re.IGNORECASE,
)
_NAME: Final = re.compile(r"[^\W\d_][\w'’.-]{0,30}")
_MAX_CHARS: Final = 2000


def say(occasion: str, language: str, profile: Mapping[str, str]) -> str:
    """Return the text for an occasion in a language, with the customer's name where there is one.

    Raises KeyError for an occasion no language file has.
    """
    says = words_of(language).says
    if occasion not in says and f"{occasion}_name" not in says:
        says = words_of(FALLBACK).says
    name = first_name(profile)
    named = says.get(f"{occasion}_name")
    return named.format(name=name) if name and named else says[occasion]


def first_name(profile: Mapping[str, str]) -> str | None:
    """Return the first word of the profile's name when it looks like a name, else None."""
    found = _NAME.match((profile.get("first_name") or profile.get("name") or "").strip())
    return found.group() if found else None


def worries(text: str) -> bool:
    """Tell whether the matter itself is alarming (a theft, a fire): it wants speed and warmth."""
    return bool(_WORRY.search(text[:_MAX_CHARS]))


def is_upset(text: str) -> bool:
    """Tell whether a message's own words say that the customer is upset."""
    return bool(_UPSET.search(text[:_MAX_CHARS].replace("’", "'")))


class Tone(BaseModel):
    """How the bot's own words must sound (`bot/tone.toml`, or an owner's file in its place).

    Phrases are compared in lower case; the articles' own sentences are nobody's tone.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    forbidden: tuple[Phrase, ...]
    acknowledgements: tuple[Phrase, ...]

    def forbidden_in(self, text: str) -> list[str]:
        """List the forbidden phrases that stand in `text`."""
        plain = _plain(text)
        return [phrase for phrase in self.forbidden if _plain(phrase) in plain]

    def acknowledges(self, text: str) -> bool:
        """Tell whether `text` says that the customer's feeling was heard."""
        plain = _plain(text)
        return any(_plain(phrase) in plain for phrase in self.acknowledgements)


def load_tone(path: Path | None = None) -> Tone:
    """Return the tone in `path`, or the default for None; a list left out keeps its default.

    Raises ToneInvalid, naming the entry, when the file cannot be read or used.
    """
    default = tomllib.loads(resources.files("bot").joinpath("tone.toml").read_text("utf-8"))
    try:
        own = {} if path is None else tomllib.loads(path.read_text(encoding="utf-8"))
        return Tone.model_validate({**default, **own})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise ToneInvalid(f"The tone file {path} cannot be read: {problem}.") from problem
    except ValidationError as problem:
        first = problem.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ToneInvalid(f"The tone file {path}: {where}: {first['msg']}.") from problem


def _plain(text: str) -> str:
    return text.lower().replace("’", "'")
