"""Sections to passages: pieces of an article that fit the embedder's window and stay whole."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ingest.outline import Block, Piece, Section, outline
from knowledge.articles import Article
from knowledge.passages import Passage, Sentence, SentenceKind, passage_id

PASSAGE_RULES = "1"
"""Changes whenever the same article would be cut differently; a snapshot keeps it."""
TARGET_TOKENS = 190
"""A passage is filled up to this; retrieval is best at 180-200 tokens for models with 256."""
MAX_TOKENS = 230
"""A list, table or code block may fill a passage up to this before it is torn apart."""
_SEPARATOR = " › "
_MAX_PREFIX_CHARS = 200
_LEADS_ON = re.compile(r"[:：]\s*\Z")

CountTokens = Callable[[Sequence[str]], list[int]]
"""Counts the tokens of texts, special tokens not counted (`Embedder.count_tokens`)."""


@dataclass(frozen=True)
class _Unit:
    """What is not torn apart: sentences with their tokens, and a table's header for its rows."""

    pieces: tuple[Piece, ...]
    tokens: int
    header: str = ""
    header_tokens: int = 0


def cut(article: Article, count_tokens: CountTokens) -> list[Passage]:
    """Cut an article into passages in document order, each under one heading.

    Every sentence stands in exactly one passage. Lists, tables and code stay whole where they fit
    in MAX_TOKENS with the title and heading in front; longer ones part between items, rows or
    lines. Ids are `{article}#{n}`.
    """
    sections = outline(article)
    passages: list[Passage] = []
    # Counting may load the model, so it is asked for only where there is something to cut.
    if filled := [section for section in sections if section.blocks]:
        counts = _Counts(sections, article.title, count_tokens)
        for section in filled:
            for pieces, header in _filled(section, counts):
                passages.append(_passage(article, section, pieces, header, len(passages)))
    if not passages and (found := [s for s in sections if s.heading]):
        lone = [s.heading for s in found if s.heading]
        section = Section((), None, ())
        passages.append(_passage(article, section, lone, "", 0))
    return passages


def estimate_tokens(texts: Sequence[str]) -> list[int]:
    """A guess without a model, for dry runs: word pieces of English text come to about this."""
    return [len(re.findall(r"\w{1,6}|[^\w\s]", text)) for text in texts]


class _Counts:
    """Tokens of every sentence of an article, asked for in one call."""

    def __init__(self, sections: list[Section], title: str, count: CountTokens) -> None:
        texts: dict[str, None] = {}
        for section in sections:
            texts[_prefix(title, section.path)] = None
            for block in section.blocks:
                texts[block.header] = None
                texts.update(dict.fromkeys(p.sentence.text for p in block.pieces))
        ordered = list(texts)
        self._tokens = dict(zip(ordered, count(ordered), strict=True))
        self._title = title

    def of(self, text: str) -> int:
        return self._tokens[text]

    def prefix(self, section: Section) -> int:
        return self._tokens[_prefix(self._title, section.path)]


def _filled(section: Section, counts: _Counts) -> Iterator[tuple[list[Piece], str]]:
    """Group a section's blocks into passages; the heading goes with the first."""
    room = max(40, MAX_TOKENS - counts.prefix(section))
    target = max(40, TARGET_TOKENS - counts.prefix(section))
    pieces: list[Piece] = [section.heading] if section.heading else []
    header, used = "", 0
    for unit in _units(section, counts, room):
        cost = unit.tokens + (unit.header_tokens if unit.header != header else 0)
        fits = used + cost <= target
        if used and not fits:
            yield pieces, header
            pieces, used, header = [], 0, ""
            cost = unit.tokens + unit.header_tokens
        pieces.extend(unit.pieces)
        header = unit.header or header
        used += cost
    if pieces:
        yield pieces, header


def _units(section: Section, counts: _Counts, room: int) -> Iterator[_Unit]:
    """Whole blocks where they fit, else their items; a line that leads on stays with what follows."""
    waiting: tuple[Piece, ...] = ()
    for block in section.blocks:
        for unit in _block_units(block, counts, room):
            joined = waiting + unit.pieces
            tokens = sum(counts.of(p.sentence.text) for p in joined)
            if waiting and tokens + unit.header_tokens > room:
                yield _Unit(waiting, sum(counts.of(p.sentence.text) for p in waiting))
                joined, tokens = unit.pieces, unit.tokens
            waiting = ()
            last = joined[-1].sentence
            if last.kind is SentenceKind.PROSE and _LEADS_ON.search(last.text):
                waiting = joined
            else:
                yield _Unit(joined, tokens, unit.header, unit.header_tokens)
    if waiting:
        yield _Unit(waiting, sum(counts.of(p.sentence.text) for p in waiting))


def _block_units(block: Block, counts: _Counts, room: int) -> Iterator[_Unit]:
    header_tokens = counts.of(block.header) if block.header else 0
    tokens = sum(counts.of(p.sentence.text) for p in block.pieces)
    if tokens + header_tokens <= room:
        yield _Unit(block.pieces, tokens, block.header, header_tokens)
        return
    groups: list[list[Piece]] = []
    for piece in block.pieces:
        same = groups and piece.item == groups[-1][-1].item and _is_list(block)
        if same:
            groups[-1].append(piece)
        else:
            groups.append([piece])
    for group in groups:
        tokens = sum(counts.of(p.sentence.text) for p in group)
        if tokens <= room:
            yield _Unit(tuple(group), tokens, block.header, header_tokens)
        else:
            for piece in group:
                yield _Unit((piece,), counts.of(piece.sentence.text), block.header, header_tokens)


def _is_list(block: Block) -> bool:
    return block.pieces[0].sentence.kind in {SentenceKind.STEP, SentenceKind.BULLET}


def _passage(
    article: Article, section: Section, pieces: Sequence[Piece], header: str, number: int
) -> Passage:
    body = "\n".join(_lines([p for p in pieces if p is not section.heading] or pieces))
    columns = f"{header}\n" if header else ""
    return Passage(
        id=passage_id(article.id, number),
        article=article.id,
        title=article.title,
        heading=_SEPARATOR.join(section.path),
        start=min(p.start for p in pieces),
        end=max(p.sentence.end for p in pieces),
        index_text=f"{_prefix(article.title, section.path)}\n{columns}{body}",
        sentences=tuple(p.sentence for p in pieces),
    )


def _lines(pieces: Sequence[Piece]) -> Iterator[str]:
    """Readable lines: the sentences of one paragraph on one line, list items and rows on their own."""
    line: list[str] = []
    before: Sentence | None = None
    for piece in pieces:
        sentence = piece.sentence
        flows = before is not None and sentence.block == before.block
        if line and not (flows and sentence.kind is SentenceKind.PROSE):
            yield " ".join(line)
            line = []
        line.append(sentence.text)
        before = sentence
    if line:
        yield " ".join(line)


def _prefix(title: str, path: Sequence[str]) -> str:
    """`Title › Heading`, the middle left out where it grows too long."""
    whole = _SEPARATOR.join([title, *path])
    if len(whole) <= _MAX_PREFIX_CHARS or len(path) < 2:
        return whole[:_MAX_PREFIX_CHARS]
    return _SEPARATOR.join([title, path[-1]])[:_MAX_PREFIX_CHARS]
