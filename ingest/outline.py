"""An article's structure: sections under their headings, blocks in them, sentences in those."""

from dataclasses import dataclass, field

from markdown_it.token import Token

from ingest.commonmark import Lines, Plain, parse, plain
from ingest.sentences import sentence_spans, verbatim_span
from knowledge.articles import Article
from knowledge.passages import Sentence, SentenceKind

# A bullet up to this long is shown whole; a longer one is a paragraph and gets its sentences.
_WHOLE_BULLET_CHARS = 240
# A paragraph all in bold, this short and without a full stop, is a heading in all but name.
_BOLD_LINE_CHARS = 100


@dataclass(frozen=True)
class Piece:
    """A sentence, the row's or item's own start (list mark included), and its top-level item."""

    sentence: Sentence
    start: int
    item: int


@dataclass(frozen=True)
class Block:
    """A paragraph, list, table or code block; `header` is a table's columns in words."""

    pieces: tuple[Piece, ...]
    header: str = ""


@dataclass(frozen=True)
class Section:
    """What stands under one heading, down to the next; `path` leaves the article's title out."""

    path: tuple[str, ...]
    heading: Piece | None
    blocks: tuple[Block, ...]


def outline(article: Article) -> list[Section]:
    """The sections of an article in order; those without blocks are left out unless they are all."""
    walk = _Walk(article)
    walk.run()
    return walk.sections


@dataclass
class _List:
    """An open list while walking: its kind, and whether its item's first paragraph is still due."""

    ordered: bool
    fresh: bool = False
    start: int = 0


@dataclass
class _Walk:
    article: Article
    sections: list[Section] = field(default_factory=list)
    _path: list[tuple[int, str]] = field(default_factory=list)
    _heading: Piece | None = None
    _blocks: list[Block] = field(default_factory=list)
    _pieces: list[Piece] = field(default_factory=list)
    _lists: list[_List] = field(default_factory=list)
    _number: int = 0
    _item: int = 0

    def run(self) -> None:
        """Walk the tokens once."""
        self._lines = Lines(self.article.text)
        tokens = parse(self.article.text)
        index = 0
        while index < len(tokens):
            index = self._take(tokens, index)
        self._end_block()
        self._end_section()

    def _take(self, tokens: list[Token], index: int) -> int:
        token = tokens[index]
        if token.type == "heading_open":
            self._head(token, tokens[index + 1])
            return index + 3
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            self._lists.append(_List(token.type.startswith("ordered")))
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            self._lists.pop()
            self._end_block()
        elif token.type == "list_item_open" and token.map:
            self._lists[-1].fresh = True
            self._lists[-1].start = self._lines.span(token.map[0], token.map[1])[0]
            self._item += len(self._lists) == 1
        elif token.type == "inline":
            self._prose(token)
        elif token.type in {"fence", "code_block"}:
            self._code(token)
        elif token.type == "table_open":
            return self._table(tokens, index)
        return index + 1

    def _head(self, opened: Token, inline: Token) -> None:
        self._end_block()
        level = int(opened.tag[1])
        found = plain(inline, self._lines)
        text = " ".join(found.text.split()) if found else inline.content.strip()
        self._end_section()
        self._path = [(lv, words) for lv, words in self._path if lv < level]
        is_title = not self._path and text.casefold() == self.article.title.casefold()
        if text and not is_title:
            self._path.append((level, text))
        self._heading = None
        if found and found.text.strip() and not is_title:
            start, end = verbatim_span(found, *_trimmed(found))
            sentence = Sentence(start, end, SentenceKind.HEADING, self._next(), text)
            line = self._lines.span(*opened.map)[0] if opened.map else start
            self._heading = Piece(sentence, line, 0)

    def _prose(self, token: Token) -> None:
        found = plain(token, self._lines)
        if found is None or not found.text.strip():
            return
        spans = sentence_spans(found, self.article.locale)
        kind = SentenceKind.PROSE
        mark: int | None = None
        if self._lists and self._lists[-1].fresh:
            current = self._lists[-1]
            current.fresh = False
            kind = SentenceKind.STEP if current.ordered else SentenceKind.BULLET
            mark = current.start
            if current.ordered or len(found.text) <= _WHOLE_BULLET_CHARS:
                spans = [_trimmed(found)] if spans else []
        if kind is SentenceKind.PROSE and _is_bold_line(found):
            kind = SentenceKind.HEADING
        for start, end in spans:
            first, last = verbatim_span(found, start, end)
            text = " ".join(found.text[start:end].split())
            self._add(Sentence(first, last, kind, self._number, text), mark)
            mark = None
        if not self._lists:
            self._end_block()

    def _code(self, token: Token) -> None:
        if token.map is None or not token.content.strip():
            return
        start, end = self._lines.span(*token.map)
        start += len(self.article.text[start:end]) - len(
            self.article.text[start:end].lstrip(" \t>")
        )
        text = token.content.strip("\n")
        self._add(Sentence(start, end, SentenceKind.CODE, self._number, text), None)
        if not self._lists:
            self._end_block()

    def _table(self, tokens: list[Token], index: int) -> int:
        """Rows become sentences that carry their columns' names."""
        headers: list[str] = []
        cells: list[str] = []
        in_head = False
        while tokens[index].type != "table_close":
            token = tokens[index]
            if token.type == "thead_open":
                in_head = True
            elif token.type == "thead_close":
                in_head = False
            elif token.type == "tr_open":
                cells, row = [], token
            elif token.type == "inline":
                cells.append(" ".join(_readable(token).split()))
            elif token.type == "tr_close" and in_head:
                headers = cells
            elif token.type == "tr_close" and row.map and any(cells):
                start, end = self._lines.span(*row.map)
                start += len(self.article.text[start:end]) - len(
                    self.article.text[start:end].lstrip(" \t>")
                )
                text = _row_text(headers, cells)
                self._add(Sentence(start, end, SentenceKind.ROW, self._number, text), None)
            index += 1
        if not self._lists:
            self._end_block(" · ".join(h for h in headers if h))
        return index + 1

    def _add(self, sentence: Sentence, start: int | None) -> None:
        self._pieces.append(Piece(sentence, sentence.start if start is None else start, self._item))

    def _next(self) -> int:
        self._number += 1
        return self._number - 1

    def _end_block(self, header: str = "") -> None:
        if self._lists:
            return
        if self._pieces:
            self._blocks.append(Block(tuple(self._pieces), header))
            self._pieces = []
            self._number += 1

    def _end_section(self) -> None:
        if self._blocks or self._heading:
            path = tuple(words for _, words in self._path)
            self.sections.append(Section(path, self._heading, tuple(self._blocks)))
        self._blocks, self._heading = [], None


def _trimmed(found: Plain) -> tuple[int, int]:
    text = found.text
    return len(text) - len(text.lstrip()), len(text.rstrip())


def _is_bold_line(found: Plain) -> bool:
    """Whether a paragraph is one bold phrase: a tab's name, a question's summary."""
    text = found.text.strip()
    if not 0 < len(text) <= _BOLD_LINE_CHARS or text.endswith((".", "!", ":")):
        return False
    first, last = found.starts[0], found.ends[-1]
    return any(
        w.inner_start <= first and last <= w.inner_end and w.inner_start - w.outer_start == 2
        for w in found.wraps
    )


def _readable(token: Token) -> str:
    return "".join(
        " " if child.type in {"softbreak", "hardbreak"} else child.content
        for child in token.children or []
    )


def _row_text(headers: list[str], cells: list[str]) -> str:
    """A row as a person would say it: `Plan: Free; Price: 0 €`."""
    parts = []
    for number, cell in enumerate(cells):
        header = headers[number] if number < len(headers) else ""
        if cell:
            parts.append(f"{header.rstrip(':')}: {cell}" if header and header != cell else cell)
    return "; ".join(parts)
