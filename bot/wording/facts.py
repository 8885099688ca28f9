"""The facts of a sentence that may not differ from its evidence: figures, names, addresses.

A figure is a number with its unit ("30 days", "£4.95", "16:00") and its side ("up to", "at least").
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

NUMBER_WORDS: Final = {
    word: str(value)
    for value, word in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"]
    )
} | {
    "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "seventy": "70", "eighty": "80",
    "ninety": "90", "hundred": "100", "thousand": "1000", "half": "0.5",
    "eins": "1", "zwei": "2", "drei": "3", "vier": "4", "fünf": "5", "sechs": "6", "sieben": "7",
    "acht": "8", "neun": "9", "zehn": "10", "zwölf": "12",
    "deux": "2", "trois": "3", "quatre": "4", "cinq": "5", "huit": "8", "neuf": "9",
    "dix": "10", "dos": "2", "tres": "3", "cuatro": "4", "cinco": "5", "siete": "7", "ocho": "8",
    "nueve": "9", "diez": "10", "tre": "3", "quattro": "4", "cinque": "5", "sette": "7",
    "twee": "2", "drie": "3", "vijf": "5", "zes": "6", "zeven": "7", "tien": "10",
}  # fmt: skip
_UNITS: Final = {
    "second": "second seconds sec secs sekunde sekunden seconde secondes segundo segundos",
    "minute": "minute minutes min mins minuten minuto minutos minuti minuut",
    "hour": "hour hours hr hrs h stunde stunden heure heures hora horas ora ore uur uren",
    "day": "day days tag tage tagen jour jours día días giorno giorni dia dias dag dagen",
    "week": "week weeks woche wochen semaine semaines semana semanas settimana settimane weken",
    "month": "month months monat monate monaten mois mes meses mese mesi maand maanden monthly",
    "year": "year years jahr jahre jahren an ans année années año años anno anni jaar yearly",
    "working day": "werktag werktage werktagen",
    "%": "% percent prozent",
    "GBP": "£ gbp pound pounds pfund livres",
    "EUR": "€ eur euro euros",
    "USD": "$ usd dollar dollars",
    "NOK": "nok kroner krone",
    "CHF": "chf francs franc",
    "°": "°c °f degrees grad",
    "km": "km kilometres kilometers", "m": "m metre metres meter meters", "cm": "cm", "mm": "mm",
    "kg": "kg kilos kilograms", "g": "g grams", "V": "v volt volts", "A": "a amp amps",
    "W": "w watt watts", "GHz": "ghz", "MHz": "mhz", "MB": "mb", "GB": "gb", "dB": "db", "lm": "lm",
}  # fmt: skip
_UNIT_OF: Final = {form: unit for unit, forms in _UNITS.items() for form in forms.split()}
_PREFIXES: Final = frozenset("£€$") | {"nok", "chf", "gbp", "eur", "usd"}
_WORKING: Final = frozenset({"working", "business", "ouvrés", "ouvrables", "hábiles", "lavorativi"})
_TOKEN: Final = re.compile(
    r"(?P<clock>\b\d{1,2}(?::\d{2}(?!\d)(?:\s?[ap]\.?m\b)?|\s?[ap]\.?m\b))"
    r"|(?P<code>\b(?=[\w.+/-]*\d)(?=[\w.+/-]*[^\W\d_])[^\W_](?:[\w.+/-]*[^\W_])?|\d+(?:\.\d+){2,})"
    r"|(?P<number>\d+(?:[.,]\d+)*)"
    r"|(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)?)"
    r"|(?P<sign>[£€$%]|°[CF])"
    r"|(?P<mark>[^\w\s])"
)
_GLUED: Final = re.compile(r"(\d+(?:[.,]\d+)?)-?([^\W\d_]+)")  # "30-day", "230V"
_UPPER: Final = re.compile(
    r"(?:\bup to|\bat most|\bwithin|\bno (?:more|longer|later) than|\bnot (?:more|longer|later) than|"
    r"\bmax(?:imum)?(?: of)?|\b(?:less|fewer|younger|earlier) than|\bunder|\bbelow|\buntil|\bbefore|"
    r"\bbis zu|\bhöchstens|\binnerhalb von|\bunter|\bau plus|\bmoins de|\bcomo máximo|\bhasta|"
    r"\bal massimo|\bentro)\W*(?:the |a |about )?$",
    re.IGNORECASE,
)
_LOWER: Final = re.compile(
    r"(?:\bat least|\bover|\b(?:more|older|longer|later) than|\babove|\bmin(?:imum)?(?: of)?|"
    r"\bno (?:less|fewer|earlier) than|\bnot (?:less|fewer) than|\bafter|\bfrom|\bexceeding|"
    r"\bbeyond|\bmindestens|\büber|\bnach|\bab|\bau moins|\bplus de|\bal menos|\bmás de|"
    r"\balmeno)\W*(?:the |a |about )?$",
    re.IGNORECASE,
)
_LOWER_AFTER: Final = re.compile(
    r"^\W*(?:\w+ )?(?:or|and) (?:more|over|older|longer|above|upwards?)"
)
_UPPER_AFTER: Final = re.compile(r"^\W*(?:\w+ )?or (?:less|fewer|under|younger|below)")
_CHARS_BEFORE: Final = 26
_NEAR_TOKENS: Final = 5
_PARTS: Final = {"½": ".5", "¼": ".25", "¾": ".75"}
_FRACTION: Final = re.compile(r"(\d*)([½¼¾])")
_EACH: Final = frozenset({"a", "an", "per", "each", "every"})
_TIMES: Final = frozenset({"second", "minute", "hour", "day", "week", "month", "year"})
_RANGES: Final = frozenset({"-", "to", "bis", "à", "a"})
_JOINS: Final = _RANGES | frozenset({"and", "or", ",", "und", "oder", "et", "ou", "y", "o", "e"})
_BREAKS: Final = frozenset(
    {",", ";", ":", ".", "and", "or", "but", "und", "oder", "aber", "et", "mais"}
)
# A number before one of these, or at the end, leaves its unit out: "2 days, and 4 when it rains".
_NO_NOUN: Final = frozenset(
    {
        "",
        "when",
        "if",
        "in",
        "for",
        "on",
        "at",
        "with",
        "and",
        "or",
        "instead",
        "elsewhere",
        "otherwise",
    }
)
_FAR: Final = 0.85  # a figure's own context must fit at least this well beside a rival's

ADDRESS: Final = re.compile(
    r"https?://[^\s<>\"')\]]+|www\.[^\s<>\"')\]]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:/[^\s<>\"')\]]*)?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Figure:
    """A number as a plain decimal or a clock time ("16:00"), its unit ("" where none is known).

    `side` is -1 for an upper limit, 1 for a lower one, 0 for neither. `before` and `after` are the
    words around it, nearest first; `own` the words that go with this figure rather than with its
    neighbours of the same unit, names in capitals kept; `lead` what stands before the first of them,
    said of all that follow. `beside` are the values of its range or list ("3" and "5" of "3-5").
    """

    value: str
    unit: str
    side: int = 0
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    own: frozenset[str] = frozenset()
    lead: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


def plain(text: str) -> str:
    """Write a text with ordinary spaces, digits and compatibility forms."""
    text = _FRACTION.sub(lambda m: (m[1] or "0") + _PARTS[m[2]], text)
    return re.sub(r"[‐‑–—−]", "-", unicodedata.normalize("NFKC", text)).replace("’", "'")


def addresses(text: str) -> frozenset[str]:
    """List the links, domains and e-mail addresses of a text, folded."""
    found = (m.group().rstrip(".,;:!?").lower() for m in ADDRESS.finditer(plain(text)))
    return frozenset(one for one in found if not re.fullmatch(r"[\d.]+", one))


def codes(text: str) -> frozenset[str]:
    """List the product codes, versions and the like: words with digits in them, folded."""
    return frozenset(t.text.lower() for t in _tokens(text) if t.kind == "code")


def figures(text: str) -> tuple[Figure, ...]:
    """Read the figures of a text, in order."""
    text = plain(text)
    tokens = _tokens(text)
    found = []
    for at, token in enumerate(tokens):
        value = _value(token, tokens, at)
        if value is not None:
            unit = "clock" if token.kind == "clock" else _unit(tokens, at)
            found.append((at, Figure(value, unit, _side(text, token))))
    shared = _with_shared_units(found, tokens)
    places = [at for at, _ in found]
    alike = [
        [p for p, f in zip(places, shared, strict=True) if f.unit == one.unit] for one in shared
    ]
    return tuple(
        replace(
            figure,
            before=tuple(_word(t) for t in reversed(tokens[max(0, at - _NEAR_TOKENS) : at])),
            after=tuple(_word(t) for t in tokens[at + 1 : at + 1 + _NEAR_TOKENS]),
            own=_own(near.index(at), near, tokens),
            lead=_kept(tokens[:at]) if near[0] == at else frozenset(),
        )
        for at, figure, near in zip(places, shared, alike, strict=True)
    )


def differing(said: str, evidence: Sequence[str]) -> Figure | None:
    """Return a figure of `said` that the evidence does not bear out, None when all agree.

    `evidence` holds the quoted text first, then what stands around it. A figure agrees when the
    same value with the same unit stands there on the same side, and no other figure of that unit
    fits its surroundings better ("30 days for members" where 60 are meant).
    """
    known = [figure for text in evidence for figure in figures(text)]
    for figure in figures(said):
        same = [k for k in known if k.value == figure.value and k.unit == figure.unit]
        if not same and not figure.unit:
            same = [k for k in known if k.value == figure.value and k.unit == "clock"]
        same = [k for k in same if k.side * figure.side >= 0]
        if not same:
            return figure
        partners = frozenset().union(*(k.beside for k in same))
        rivals = [
            k
            for k in known
            if k.unit == figure.unit != "" and k.value != figure.value and k.value not in partners
        ]
        fit = max(_likeness(figure, k) for k in same)
        if any(_likeness(figure, k) * _FAR > fit for k in rivals):
            return figure
    return None


def _tokens(text: str) -> list[_Token]:
    text = plain(text)
    tokens: list[_Token] = []
    hidden = [m.span() for m in ADDRESS.finditer(text) if not re.fullmatch(r"[\d.]+", m.group())]
    for match in _TOKEN.finditer(text):
        if any(start <= match.start() < end for start, end in hidden):
            continue
        kind = match.lastgroup or "mark"
        glued = _GLUED.fullmatch(match.group()) if kind == "code" else None
        if glued and (glued.group(2).lower() in _UNIT_OF or "-" in match.group()):
            middle = match.start() + len(glued.group(1))
            tokens.append(_Token("number", glued.group(1), match.start(), middle))
            tokens.append(
                _Token("word", glued.group(2), match.end() - len(glued.group(2)), match.end())
            )
        else:
            tokens.append(_Token(kind, match.group(), match.start(), match.end()))
    return tokens


def _value(token: _Token, tokens: Sequence[_Token], at: int) -> str | None:
    if token.kind == "number":
        return _decimal(token.text)
    if token.kind == "clock":
        return _clock(token.text)
    word = token.text.lower()
    if token.kind != "word":
        return None
    if word in _EACH:  # "£29 a year", "in an hour"
        return "1" if _unit(tokens, at) in _TIMES else None
    if word not in NUMBER_WORDS:
        return None
    following = tokens[at + 1].kind if at + 1 < len(tokens) else "mark"
    if following == "mark" and at and tokens[at - 1].text.lower() in {"the", "these", "those"}:
        return None  # "the lower of the two" counts nothing
    if word in ("one", "eins", "half"):  # "the new one" is no number; "one hour" is
        return NUMBER_WORDS[word] if _unit(tokens, at) or word == "half" else None
    return NUMBER_WORDS[word]


def _decimal(text: str) -> str:
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", text):
        text = text.replace(",", "")
    text = text.replace(",", ".")
    if text.count(".") > 1:
        return text
    whole, _, part = text.partition(".")
    whole, part = whole.lstrip("0") or "0", part.rstrip("0")
    return f"{whole}.{part}" if part else whole


def _clock(text: str) -> str:
    hours, minutes = [*re.findall(r"\d+", text), "00"][:2]
    afternoon = "p" in text.lower() and int(hours) < 12
    midnight = "a" in text.lower() and int(hours) == 12
    return f"{int(hours) + 12 * afternoon - 12 * midnight}:{minutes}"


def _unit(tokens: Sequence[_Token], at: int) -> str:
    """The unit of the number at a place: a sign before it, or one of the next two words."""
    if at and tokens[at - 1].text.lower() in _PREFIXES:
        return _UNIT_OF[tokens[at - 1].text.lower()]
    following = [t for t in tokens[at + 1 : at + 4] if t.text != "-"][:3]
    working = False
    for token in following[:2]:
        word = token.text.lower()
        if word in _WORKING:
            working = True
        elif word in _UNIT_OF and not (len(word) == 1 and word.isalpha() and word in "a"):
            unit = _UNIT_OF[word]
            after = following[1].text.lower() if len(following) > 1 and not working else ""
            return f"working {unit}" if working or after in _WORKING else unit
        else:
            break
    return ""


def _with_shared_units(
    found: Sequence[tuple[int, Figure]], tokens: Sequence[_Token]
) -> list[Figure]:
    """Give "3" of "3-5 days", "30" of "30 and 60 days", "4" of "2 days, or 4 abroad" their unit."""
    whole = [figure for _, figure in found]
    for n in range(len(found) - 2, -1, -1):
        between = [t.text.lower() for t in tokens[found[n][0] + 1 : found[n + 1][0]]]
        joined = [word for word in between if word not in _PREFIXES]
        if len(joined) <= 2 and all(word in _JOINS for word in joined):
            unit = whole[n].unit or whole[n + 1].unit
            members = whole[n + 1].beside | {whole[n].value, whole[n + 1].value}
            whole[n] = replace(whole[n], unit=unit, beside=members)
            for later in range(n + 1, len(whole)):
                if whole[later].value in members and whole[later].unit == unit:
                    whole[later] = replace(whole[later], beside=members)
    for n in range(1, len(found)):
        at = found[n][0]
        next_word = _word(tokens[at + 1]) if at + 1 < len(tokens) else ""
        if whole[n].unit == "" and tokens[at].kind == "number" and next_word in _NO_NOUN:
            whole[n] = replace(whole[n], unit=whole[n - 1].unit)
    return whole


def _own(n: int, places: Sequence[int], tokens: Sequence[_Token]) -> frozenset[str]:
    """The words between a figure's neighbours, cut at the last mark on the way to each."""
    at = places[n]
    start = places[n - 1] + 1 if n else at
    end = places[n + 1] if n + 1 < len(places) else len(tokens)
    breaks = [p for p in range(start, at) if tokens[p].text.lower() in _BREAKS]
    ends = [p for p in range(at + 1, end) if tokens[p].text.lower() in _BREAKS]
    start = breaks[-1] if breaks else start
    # After the last figure of its unit, what follows the first mark is another matter.
    end = (ends[-1] if n + 1 < len(places) else ends[0]) if ends else end
    return _kept((*tokens[start:at], *tokens[at + 1 : end]))


def _kept(tokens: Iterable[_Token]) -> frozenset[str]:
    return frozenset(t.text for t in tokens if t.kind == "word")


def _word(token: _Token) -> str:
    return token.text.lower() if token.kind == "word" else ""


def _side(text: str, token: _Token) -> int:
    before = text[max(0, token.start - _CHARS_BEFORE) : token.start].rstrip("£€$ ")
    after = text[token.end : token.end + _CHARS_BEFORE]
    if _UPPER.search(before) or _UPPER_AFTER.match(after):
        return -1
    return 1 if _LOWER.search(before) or _LOWER_AFTER.match(after) else 0


def _likeness(one: Figure, other: Figure) -> float:
    """How alike two figures' surroundings are: near words count by their nearness, names thrice."""
    near = _shared(one.before, other.before) + _shared(one.after, other.after)
    near += 0.5 * (_shared(one.before, other.after) + _shared(one.after, other.before))
    around = one.own | one.lead
    common = [w for w in other.own if w in around and w.lower() not in _UNIT_OF]
    return near + sum(3.0 if w[0].isupper() else 1.0 for w in common)


def _shared(one: Iterable[str], other: Sequence[str]) -> float:
    total = 0.0
    for far, word in enumerate(one):
        if word and word not in _UNIT_OF and word not in _WORKING and word in other:
            total += min(1 / (far + 1), 1 / (other.index(word) + 1))
    return total
