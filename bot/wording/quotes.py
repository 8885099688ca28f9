"""Finding a quote in its passage: exact in its words, whatever became of marks and white space."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.dialogue import Citation
from bot.wording.sources import Source
from knowledge.passages import Sentence, SentenceKind

MIN_QUOTE_CHARS: Final = 4  # folded; less would stand anywhere
MAX_EVIDENCE_SENTENCES: Final = 6
# Marks of Markdown that models leave out, and signs that they write in another form.
_MARKS: Final = frozenset("*_`|>#~")
_ALIKE: Final = {
    "’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "–": "-", "—": "-",
    "−": "-", "‑": "-", "…": "...",
}  # fmt: skip
_WHOLE: Final = re.compile(r"[.!?]\W*$")
_ITEMS: Final = frozenset({SentenceKind.STEP, SentenceKind.BULLET})


@dataclass(frozen=True)
class Evidence:
    """The whole sentences that a quote touches: `article.text[start:end]` is shown to the customer.

    `text` is what they say, without marks. `around` is what they are read under: title, headings,
    the sentence that announces their list. `announced` is the part of `around` that an item cannot
    be understood without. `sentences` are the texts of the single ones.
    """

    source: Source
    start: int
    end: int
    text: str
    around: str
    announced: str
    kinds: frozenset[SentenceKind]
    sentences: tuple[str, ...] = ()

    @property
    def quote(self) -> str:
        """The evidence, verbatim."""
        return self.source.article.text[self.start : self.end]

    def citation(self) -> Citation:
        """Cite it."""
        article = self.source.article
        return Citation(article.id, article.title, article.url, self.quote, self.start, self.end)


def find(quote: str, source: Source) -> tuple[Evidence, ...]:
    """Return the places in `source` where `quote` stands; empty when it does not.

    Letters' case, white space, Markdown marks and the form of quotation marks and dashes may
    differ; nothing else. The evidence is widened to whole sentences, so that no half of one can be
    quoted against its sense.
    """
    wanted, _ = _folded(quote, 0)
    if len(wanted) < MIN_QUOTE_CHARS:
        return ()
    text, places = _folded(source.text, source.passage.start)
    found: list[Evidence] = []
    at = text.find(wanted)
    while at >= 0:
        evidence = _widen(source, places[at], places[at + len(wanted) - 1] + 1)
        if evidence is not None and evidence not in found:
            found.append(evidence)
        at = text.find(wanted, at + 1)
    return tuple(found)


def _widen(source: Source, start: int, end: int) -> Evidence | None:
    sentences = source.passage.sentences
    touched = [n for n, s in enumerate(sentences) if s.start < end and start < s.end]
    speaking = [n for n in touched if sentences[n].kind is not SentenceKind.HEADING]
    if not speaking or len(touched) > MAX_EVIDENCE_SENTENCES:
        return None
    chosen = [sentences[n] for n in range(speaking[0], speaking[-1] + 1)]
    announced = _announced(speaking[0], sentences, source.passage.heading)
    return Evidence(
        source=source,
        start=chosen[0].start,
        end=chosen[-1].end,
        text=" ".join(s.text for s in chosen),
        around="\n".join((source.article.title, source.passage.heading, announced)),
        announced=announced,
        kinds=frozenset(s.kind for s in chosen),
        sentences=tuple(s.text for s in chosen),
    )


def _announced(place: int, sentences: Sequence[Sentence], heading: str) -> str:
    """What an item or a row of a table stands under: the sentence before its list, the heading."""
    if sentences[place].kind not in _ITEMS | {SentenceKind.ROW}:
        return ""
    block = sentences[place].block
    first = place
    while first > 0 and sentences[first - 1].block == block:
        first -= 1
    before = sentences[first - 1] if first else None
    if before is not None and before.kind is SentenceKind.PROSE and before.text.endswith(":"):
        return before.text
    # A whole sentence stands for itself; "drops, cracks and bites" needs "What is not covered".
    return "" if _WHOLE.search(sentences[place].text) else heading.rsplit(" › ", 1)[-1]


def _folded(text: str, offset: int) -> tuple[str, list[int]]:
    """Fold a text for comparison; the second list gives each character's place, from `offset`."""
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text, start=offset):
        if character in _MARKS:
            continue
        plain = _ALIKE.get(character) or unicodedata.normalize("NFKC", character).lower()
        if character.isspace():
            if not characters or characters[-1] == " ":
                continue
            plain = " "
        characters.extend(plain)
        places.extend([place] * len(plain))
    while characters and characters[-1] == " ":
        characters.pop()
        places.pop()
    return "".join(characters), places
