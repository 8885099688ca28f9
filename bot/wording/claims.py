"""What a language model answered: sentences with a passage number and a quote, read as they arrive.

Asked for is one JSON object a line (`prompt`). Models wrap it in fences, arrays and chatter, or break
off in the middle; whatever is not a whole object of that shape is no claim and is never shown.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

MAX_OBJECT_CHARS: Final = 4000
MAX_CLAIMS: Final = 16
_SENTENCE: Final = ("sentence", "text", "answer", "claim")
_PASSAGE: Final = ("passage", "passage_number", "source", "id", "citation", "passages")
_QUOTE: Final = ("quote", "evidence", "quotes")
_LINE: Final = re.compile(
    r"^(?:[-*•]\s*)?(?P<sentence>[^\[\]{}]{3,400}?)\s*\[(?P<passage>\d{1,2})\]\s*"
    r"[-:–—(\s]*[\"“](?P<quote>[^\"“”]{3,600})[\"”]\)?\s*$"
)


@dataclass(frozen=True)
class Claim:
    """A sentence and what the model says it rests on; `passage` None where no number was given."""

    sentence: str
    passage: int | None
    quote: str


@dataclass
class ClaimReader:
    """Reads a model's answer piece by piece. Feed it, then `finish` it.

    Only the innermost objects count, so that an array or an object around them does no harm.
    """

    count: int = 0
    _object: list[str] | None = None  # the object being read, None between objects
    _in_text: bool = False
    _escaped: bool = False
    _line: list[str] = field(default_factory=list)

    def feed(self, piece: str) -> Iterator[Claim]:
        """Yield the claims that are complete with this piece; at most `MAX_CLAIMS` in all."""
        for character in piece:
            claim = self._take(character)
            if claim is not None and self.count < MAX_CLAIMS:
                self.count += 1
                yield claim

    def finish(self) -> Iterator[Claim]:
        """Yield what the last line without an end holds."""
        yield from self.feed("\n")

    def _take(self, character: str) -> Claim | None:
        if self._object is not None:
            return self._take_inside(self._object, character)
        if character == "{":
            self._object, self._line = ["{"], []
        elif character == "\n":
            line, self._line = "".join(self._line), []
            return _from_line(line.strip())
        elif len(self._line) < MAX_OBJECT_CHARS:
            self._line.append(character)
        return None

    def _take_inside(self, characters: list[str], character: str) -> Claim | None:
        """Follow an object to its end; a line break inside a text is taken for a space."""
        characters.append(" " if character == "\n" else character)
        if len(characters) > MAX_OBJECT_CHARS:
            self._object, self._in_text, self._escaped = None, False, False
        elif self._in_text:
            ends = character == '"' and not self._escaped
            self._escaped = character == "\\" and not self._escaped
            self._in_text = not ends
        elif character == '"':
            self._in_text = True
        elif character == "{":
            self._object = ["{"]
        elif character == "}":
            self._object = None
            return _from_object("".join(characters))
        return None


def _from_object(whole: str) -> Claim | None:
    try:
        data = json.loads(whole, strict=False)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict):
        return None
    sentence, quote = _first(data, _SENTENCE), _first(data, _QUOTE)
    if not isinstance(sentence, str) or not sentence.strip():
        return None
    return Claim(sentence, _number(_first(data, _PASSAGE)), quote if isinstance(quote, str) else "")


def _from_line(line: str) -> Claim | None:
    found = _LINE.match(line)
    if not found:
        return None
    return Claim(found["sentence"], int(found["passage"]), found["quote"])


def _first(data: dict[str, Any], names: tuple[str, ...]) -> Any:
    value = next((data[name] for name in names if name in data), None)
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _number(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and re.fullmatch(r"\s*(?:passage\s*)?\[?\d{1,3}\]?\s*", value, re.I):
        return int(re.findall(r"\d+", value)[0])
    return None
