"""What a chosen sentence needs around it to be understood: its list, its heading, what it leans on.

Pure: it looks at an article's sentences and text, and changes nothing. A sentence is named by its
place: how many of the article's sentences stand before it.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, takewhile
from typing import Final

from knowledge.passages import Sentence, SentenceKind

_MAX_LEANING: Final = 2  # sentences brought along because a chosen one leans on them
_MAX_LIST_CHARS: Final = 1500  # a list longer than this is shown around the chosen item only
_MAX_CODE_CHARS: Final = 1200
_MAX_LEAD_WORDS: Final = 4  # that say nothing without the list they lead on to

_LEANS: Final = re.compile(
    r"(?:[*_>\s]*)(?:it|its|this|that|these|those|they|them|their|he|she|such|however|but|also|then|"
    r"otherwise|instead|therefore|thus|so|and|or|in (?:this|that|these) cases?|if so|if not|"
    r"to do (?:so|this|that)|doing (?:so|this)|for (?:this|that)|after (?:this|that)|the (?:same|"
    r"latter|former)|both|neither|additionally|furthermore|similarly|as a result|for example|"
    r"dies\w*|das|er|es|sie|jedoch|aber|dann|cela|ceci|il|elle|ils|cependant|esto|eso|ello|sin "
    r"embargo|questo|ciò|tuttavia|isso|isto|porém|dit|deze|echter)\b",
    re.IGNORECASE,
)
# A pronoun or a finite verb of the commonest; without any a sentence is a scrap of one.
_SAYS_SOMETHING: Final = re.compile(
    r"\b(?:i|you|we|it|they|he|she|there|this|that|is|are|was|were|be|has|have|had|do|does|did|can|could|"
    r"will|would|may|might|must|shall|should|need|needs|cost|costs|take|takes|yes|no|not|never|always|"
    r"please|go|open|click|choose|select|tap|press|use|see|contact|call|write)\b|n't\b|[^\x00-\x7f]",
    re.IGNORECASE,
)
_ANNOUNCES: Final = re.compile(r"(?:[:：]|\s[-–—]+)[*_ ]*$")
_ENDED: Final = re.compile(r"[.!?…]$")
# A heading that denies or limits what stands under it: "What is not covered", "On Android", "If …".
_LIMITS: Final = re.compile(
    r"(?:on|in|at|for|with|without|if|when|while|from|using|via|by|before|after|during|outside|under|"
    r"unless|until|auf|für|mit|ohne|wenn|falls|bei|vor|nach|während|sur|pour|avec|sans|si|quand|avant|"
    r"après|pendant|en|para|con|sin|cuando|antes|después|per|senza|se|quando|prima|dopo|com|sem|"
    r"op|voor|zonder|als|na|dla|bez|jeśli|przed|po)\b"
    r"|.*(?:\b(?:not|no|never|none|without|cannot|except|excluded|exclusions?|exceptions?|limits?|"
    r"nicht|kein\w*|ohne|ausgeschlossen\w*|ausnahmen?|pas|sans|aucun\w*|jamais|sauf|exclus\w*|sin|"
    r"nunca|ningún|ninguna|excepto|excluid\w*|non|senza|mai|tranne|esclus\w*|não|sem|exceto|"
    r"excluíd\w*|niet|geen|zonder|nooit|behalve|nie|bez|nigdy|oprócz)\b|n['’]t\b)",
    re.IGNORECASE,
)
_EMPHASIS: Final = ("**", "__", "*", "_")
_LABEL: Final = re.compile(r"(\*\*|__|\*|_)(?=\S)[^\n]{1,120}?(?<=\S)\1")
_LINE_START: Final = re.compile(r"[ \t>]*(?:(?:\d{1,4}[.)]|[-*+])[ \t]+)?")
_MARKED: Final = re.compile(r"[ \t>]*(?:\d{1,4}[.)]|[-*+])[ \t]+")
_TABLE_RULE: Final = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_ITEMS: Final = frozenset({SentenceKind.STEP, SentenceKind.BULLET})
_TEXT: Final = frozenset({SentenceKind.PROSE, *_ITEMS})


@dataclass(frozen=True)
class Surroundings:
    """One article's sentences in document order, and its text; lists are shown up to `max_items`."""

    sentences: Sequence[Sentence]
    text: str
    max_items: int

    def complete(self, chosen: Iterable[int]) -> set[int]:
        """Return the chosen places and those that they need to be understood."""
        chosen = list(chosen)
        places: set[int] = set()
        for place in chosen:
            places |= self._with_company(place)
        return places | self._tables_of(chosen)

    def announces_nothing(self, place: int) -> bool:
        """Tell whether a few words lead on to nothing that could be quoted ("Here's how:", a picture)."""
        text = self.sentences[place].text
        short = len(text.split()) <= _MAX_LEAD_WORDS
        return short and bool(_ANNOUNCES.search(text)) and not self._announced(place)

    def list_after(self, place: int) -> set[int]:
        """Return the short list that goes on from a sentence, though nothing announces it.

        "Whistling comes from sound that leaks out." is followed by what to do about it.
        """
        after = place + 1
        if self.sentences[place].kind is not SentenceKind.PROSE or after >= len(self.sentences):
            return set()
        follows = self.sentences[after]
        if follows.block == self.sentences[place].block:
            announced = self._announced(after) if _ANNOUNCES.search(follows.text) else set()
            return {after, *announced} if announced else set()
        return (
            set(self._block(after)) if follows.kind in _ITEMS and self._is_short(after) else set()
        )

    def is_heading(self, place: int) -> bool:
        """Tell whether a place heads what follows: a heading, or a bold one that runs into its text."""
        return self.sentences[place].kind is SentenceKind.HEADING or place in self.labels

    def under(self, heading: int) -> Sequence[int]:
        """Return the places right under a heading: the rest of its paragraph, else the next block."""
        after = range(heading + 1, len(self.sentences))
        first = next((place for place in after if place not in self.labels), None)
        if first is None:
            return ()
        block = self.sentences[first].block
        rest = range(first, len(self.sentences))
        return tuple(
            takewhile(lambda p: self.sentences[p].block == block and not self.is_heading(p), rest)
        )

    @cached_property
    def labels(self) -> frozenset[int]:
        """The places of bold words that head the text in their own paragraph: "**Germany.** We …"."""
        found, end = set(), -1
        for place, (sentence, after) in enumerate(pairwise(self.sentences)):
            if sentence.kind not in _TEXT:
                continue
            if sentence.start >= end:
                end = self._bold_until(sentence)
            runs_on = sentence.end <= end and after.block == sentence.block
            if runs_on and not self._is_marked(after):
                found.add(place)
        return frozenset(found)

    def _bold_until(self, sentence: Sentence) -> int:
        """Where the bold words end that begin a line with this sentence, -1 where none do."""
        start = sentence.start
        before = self._line_to(start)
        mark = next((mark for mark in _EMPHASIS if before.endswith(mark)), "")
        bold = _LABEL.match(self.text, start - len(mark))
        return bold.end() if bold and _LINE_START.fullmatch(before.removesuffix(mark)) else -1

    def _is_marked(self, sentence: Sentence) -> bool:
        """Tell whether a list mark stands right before a sentence."""
        return bool(_MARKED.fullmatch(self._line_to(sentence.start)))

    def _line_to(self, end: int) -> str:
        return self.text[self.text.rfind("\n", 0, end) + 1 : end]

    def _with_company(self, place: int) -> set[int]:
        sentence = self.sentences[place]
        places = {place}
        if sentence.kind in _ITEMS:
            places |= self._list_around(place)
            places |= self._introduction(min(places))
        elif sentence.kind in (SentenceKind.CODE, SentenceKind.ROW):
            places |= self._introduction(self._first_of_block(place))
        else:
            places |= self._leaning(place) | self._question_above(place)
            said = self.text[sentence.start : sentence.end]
            if _ANNOUNCES.search(said) or _asks(said):
                places |= self._announced(place)
        return places | self._label_of(place) | self._limit_above(min(places))

    def _block(self, place: int) -> list[int]:
        number = self.sentences[place].block
        return self._run(place, lambda s: s.block == number)

    def _run(self, place: int, belongs: Callable[[Sentence], bool]) -> list[int]:
        first = last = place
        while first > 0 and belongs(self.sentences[first - 1]):
            first -= 1
        while last + 1 < len(self.sentences) and belongs(self.sentences[last + 1]):
            last += 1
        return list(range(first, last + 1))

    def _first_of_block(self, place: int) -> int:
        return self._block(place)[0]

    def _list_around(self, place: int) -> set[int]:
        """The whole list of steps; of bullets the whole list when short, else the chosen one."""
        block = self._block(place)
        if self._is_short(place):
            return set(block)
        if not any(self.sentences[p].kind is SentenceKind.STEP for p in block):
            return {place}
        at = block.index(place)
        first = 0 if at < self.max_items else at - self.max_items // 2
        return set(block[first : first + self.max_items])

    def _is_short(self, place: int) -> bool:
        """Tell whether the list or table of a place can be shown whole."""
        block = self._block(place)
        size = self.sentences[block[-1]].end - self.sentences[block[0]].start
        return len(block) <= self.max_items and size <= _MAX_LIST_CHARS

    def _tables_of(self, chosen: Sequence[int]) -> set[int]:
        """The short tables of which half is chosen: their other rows are asked for too."""
        rows = [place for place in chosen if self.sentences[place].kind is SentenceKind.ROW]
        counts = Counter(self.sentences[place].block for place in rows)
        tables: set[int] = set()
        for place in rows:
            table, count = self._block(place), counts[self.sentences[place].block]
            if count > 1 and 2 * count >= len(table) and self._is_short(place):
                tables.update(table)
        return tables

    def _introduction(self, place: int) -> set[int]:
        """The sentence before a list, table or code block, when it announces it.

        Else the heading above bullets that are no sentences: "Loss" says nothing without "Not covered".
        """
        if place == 0:
            return set()
        before = self.sentences[place - 1]
        if before.kind is SentenceKind.HEADING:
            return {place - 1} if self._lists_scraps(place) else set()
        if before.kind is SentenceKind.PROSE and (
            _ANNOUNCES.search(before.text) or _asks(before.text)
        ):
            return {place - 1, *self._leaning(place - 1)}
        return set()

    def _lists_scraps(self, place: int) -> bool:
        listed = (self.sentences[p] for p in self._block(place)[: self.max_items])
        return any(
            item.kind is SentenceKind.BULLET
            and not _ENDED.search(item.text)
            and not _SAYS_SOMETHING.search(item.text)
            for item in listed
        )

    def _announced(self, place: int) -> set[int]:
        """The list, table or code block that a sentence announces; what answers it, when it asks."""
        after = place + 1
        if after >= len(self.sentences):
            return set()
        follows = self.sentences[after]
        if follows.kind is SentenceKind.PROSE and _asks(self.sentences[place].text):
            return {after}
        if follows.block == self.sentences[place].block:
            return set()
        if follows.kind in _ITEMS or follows.kind is SentenceKind.ROW:
            return set(self._block(after)[: self.max_items])
        if follows.kind is SentenceKind.CODE and follows.end - follows.start <= _MAX_CODE_CHARS:
            return {after}
        return set()

    def _leaning(self, place: int) -> set[int]:
        """The sentences of the same paragraph that this one leans on, nearest first, at most two."""
        brought: set[int] = set()
        while (
            len(brought) < _MAX_LEANING
            and place > 0
            and _LEANS.match(self.sentences[place].text)
            and self.sentences[place - 1].block == self.sentences[place].block
        ):
            place -= 1
            brought.add(place)
        return brought

    def _question_above(self, place: int) -> set[int]:
        """The heading that asks what this scrap answers: "Repairs." says nothing alone."""
        if place == 0:
            return set()
        above = self.sentences[place - 1]
        asked = above.kind is SentenceKind.HEADING and _asks(above.text)
        scrap = not _SAYS_SOMETHING.search(self.sentences[place].text)
        return {place - 1} if asked and scrap else set()

    def _label_of(self, place: int) -> set[int]:
        """The bold words at the head of the text that this sentence stands in."""
        heads: set[int] = set()
        for before in range(place - 1, self._first_of_block(place) - 1, -1):
            if before in self.labels:
                heads.add(before)
            elif heads or self._is_marked(self.sentences[before + 1]):
                break
        return heads

    def _limit_above(self, place: int) -> set[int]:
        """The heading right above this block, where it denies or limits what stands under it."""
        first = self._first_of_block(place)
        if first == 0:
            return set()
        above = self.sentences[first - 1]
        limits = above.kind is SentenceKind.HEADING and _LIMITS.match(above.text)
        return {first - 1} if limits and not _asks(above.text) else set()


def _asks(said: str) -> bool:
    return said.rstrip("*_ ").endswith(("?", "？"))


def header_span(text: str, row_start: int) -> tuple[int, int] | None:
    """Return the span of the header and rule lines above a table's row, None where there is none."""
    end = text.rfind("\n", 0, row_start)
    while end > 0:
        start = text.rfind("\n", 0, end) + 1
        line = text[start:end]
        if not line.strip():
            return None
        if _TABLE_RULE.fullmatch(line) and start > 0:
            header = text.rfind("\n", 0, start - 1) + 1
            return header, end
        end = start - 1
    return None
