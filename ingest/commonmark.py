"""CommonMark with positions: where each readable character of a block stands in the source.

markdown-it-py says on which lines a block stands, but not where its inline pieces are; the parser
here notes that as it goes. `Plain` is what a person reads, character by character tied to the text.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType

_LINE_END = re.compile(r"\n")
_AT = "at"  # key in Token.meta: the token's offset in its inline block's content
_RUN = "run"  # the parser's position when the token was pushed; equal for `**`'s two halves


@dataclass(frozen=True)
class Wrap:
    """Inline markup around readable characters: `**`, a link, code ticks.

    `outer` spans the markup and what it wraps, `inner` only what it wraps; both in the text.
    `whole` says that a sentence must not end inside it (links, code).
    """

    outer_start: int
    inner_start: int
    inner_end: int
    outer_end: int
    whole: bool


@dataclass(frozen=True)
class Plain:
    """The readable characters of one block.

    `starts[i]` and `ends[i]` span the piece of the article's text that `text[i]` stands for.
    `wraps` are the block's inline markups.
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    wraps: tuple[Wrap, ...] = field(default=(), repr=False)


class _Positioned(StateInline):
    """Notes in each token's meta where it begins in the source."""

    _pending_at = 0

    def append_pending(self, text: str) -> None:
        if not self.pending:
            self._pending_at = self.pos
        super().append_pending(text)

    def pushPending(self) -> Token:  # noqa: N802 - markdown-it's name
        token = super().pushPending()
        token.meta = {_AT: self._pending_at}
        return token

    def push(self, ttype: str, tag: str, nesting: Any) -> Token:
        token = super().push(ttype, tag, nesting)
        at = self.pos
        before = self.tokens[-2] if len(self.tokens) > 1 else None
        together = before and before.type == "text" and before.meta.get(_RUN) == self.pos
        if ttype == "text" and before and together:
            at = before.meta[_AT] + len(before.content)
        token.meta = {_AT: at, _RUN: self.pos}
        return token


class _PositionedInline(ParserInline):
    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        state = _Positioned(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def _parser() -> MarkdownIt:
    parser = MarkdownIt("zero")
    parser.inline = _PositionedInline()
    parser.configure("commonmark").enable(["table", "strikethrough"])
    # Joining text pieces would lose where each began.
    parser.disable(["fragments_join", "text_join"])
    return parser


_PARSER = _parser()


def parse(text: str) -> list[Token]:
    """Parse CommonMark with tables; inline tokens know their offsets."""
    return _PARSER.parse(text)


def line_starts(text: str) -> list[int]:
    """Where each line begins; lines end with `\\n` only."""
    return [0, *(match.end() for match in _LINE_END.finditer(text))]


class Lines:
    """The lines of a text and where each begins."""

    def __init__(self, text: str) -> None:
        """Take the text; lines end with `\\n` only."""
        self.text = text
        self.starts = line_starts(text)

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Offsets of the lines from `first` up to, not with, `last`, trailing blank lines left out."""
        start = self.starts[first] if first < len(self.starts) else len(self.text)
        end = self.starts[last] if last < len(self.starts) else len(self.text)
        return start, start + len(self.text[start:end].rstrip())

    def line_of(self, offset: int) -> int:
        """The line that holds an offset."""
        return bisect_right(self.starts, offset) - 1


def plain(token: Token, lines: Lines) -> Plain | None:
    """The readable characters of an inline token, or None where they cannot be placed."""
    places = _content_places(token, lines)
    if places is None:
        return None
    content = token.content
    pieces = _Pieces(content, places)
    children = token.children or []
    for child, following in zip(children, _followings(children, len(content)), strict=True):
        pieces.take(child, following)
    return pieces.plain()


def _followings(children: Sequence[Token], end: int) -> list[int]:
    """For each child, where the next one that shows something or opens or closes begins."""
    found = []
    following = end
    for child in reversed(children):
        found.append(following)
        if _AT in child.meta and (child.content != "" or child.nesting != 0):
            following = int(child.meta[_AT])
    return found[::-1]


def _content_places(token: Token, lines: Lines) -> list[int] | None:
    """For each line of an inline block's content, the offset in the text where it begins."""
    if token.map is None:
        return None
    places = []
    for number, line in enumerate(token.content.split("\n")):
        row = token.map[0] + number
        if row >= len(lines.starts):
            return None
        start, end = lines.starts[row], lines.span(row, row + 1)[1]
        at = lines.text.rfind(line.rstrip(), start, max(end, start) + 1)
        if at < 0:
            return None
        places.append(at)
    return places


class _Pieces:
    """Gathers readable characters while walking the children of an inline token."""

    def __init__(self, content: str, places: Sequence[int]) -> None:
        self._content = content
        self._breaks = line_starts(content)
        self._places = places
        self._chars: list[str] = []
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._wraps: list[Wrap] = []
        self._open: list[tuple[int, int]] = []

    def place(self, offset: int) -> int:
        """An offset in the content as an offset in the text."""
        row = bisect_right(self._breaks, offset) - 1
        return self._places[row] + offset - self._breaks[row]

    def take(self, child: Token, following: int) -> None:
        """Add one child; `following` is where the next one begins in the content."""
        at = int(child.meta.get(_AT, 0))
        if child.type == "text":
            shift = 1 if child.content != self._content[at : at + len(child.content)] else 0
            self._add(child.content, at + shift)
        elif child.type == "text_special":
            self._add_as_one(child.content, at, at + len(child.markup))
        elif child.type == "code_inline":
            self._code(child, at)
        elif child.type in {"softbreak", "hardbreak"}:
            self._add_as_one("\n" if child.type == "hardbreak" else " ", at, at + 1)
        elif child.type == "image":
            self._add_as_one(child.content, at, following)
        elif child.nesting == 1:
            self._opened(child, at)
        elif child.nesting == -1 and self._open:
            self._closed(child, at, following)

    def plain(self) -> Plain:
        return Plain(
            "".join(self._chars), tuple(self._starts), tuple(self._ends), tuple(self._wraps)
        )

    def _add(self, text: str, at: int) -> None:
        # A piece of text never spans lines, so its characters stand side by side.
        start = self.place(at) if at < len(self._content) else self._last()
        self._chars.extend(text)
        self._starts.extend(range(start, start + len(text)))
        self._ends.extend(range(start + 1, start + len(text) + 1))

    def _add_as_one(self, text: str, at: int, end: int) -> None:
        start = self.place(at)
        stop = self.place(max(at, end - 1)) + 1
        for char in text:
            self._chars.append(char)
            self._starts.append(start)
            self._ends.append(stop)

    def _last(self) -> int:
        return self._ends[-1] if self._ends else 0

    def _code(self, child: Token, at: int) -> None:
        ticks = len(child.markup)
        end = self._content.find(child.markup, at + ticks)
        while end >= 0 and self._content[end : end + ticks + 1] == child.markup + "`":
            end = self._content.find(child.markup, end + ticks + 1)
        end = len(self._content) - ticks if end < 0 else end
        inside = self._content.find(child.content.split(" ")[0], at + ticks, end + 1)
        inner = inside if inside >= 0 else at + ticks
        self._add(child.content, inner)
        self._wraps.append(
            Wrap(
                self.place(at),
                self.place(inner),
                self.place(end),
                self.place(end + ticks - 1) + 1,
                True,
            )
        )

    def _opened(self, child: Token, at: int) -> None:
        if child.type == "link_open":
            begins = at if child.markup == "autolink" else at - 1
            inner = begins + 1
        else:
            begins = at - (len(child.markup) - 1) if child.type == "strong_open" else at
            inner = begins + len(child.markup)
        self._open.append((begins, inner))

    def _closed(self, child: Token, at: int, following: int) -> None:
        begins, inner = self._open.pop()
        ends = at + len(child.markup)
        if child.type == "link_close":
            if child.markup == "autolink":
                at = self._content.find(">", at)
                ends = at + 1
            else:
                ends = following
        whole = child.type == "link_close"
        self._wraps.append(
            Wrap(self.place(begins), self.place(inner), self.place(max(at, inner)),
                 self.place(max(ends - 1, 0)) + 1, whole)
        )  # fmt: skip
