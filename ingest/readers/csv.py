"""Tables of questions and answers (CSV, TSV): every row is an article of its own.

The question is the title, the answer the text; further columns give category, tags, language,
address, status and date as front matter would. An article's id is the file's with the question as
its last part (`faq.csv/how-do-i-return-an-item`), so that moving rows about changes nothing.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Sequence

from ingest.errors import FileRefused
from ingest.readers.markdown import plain_markdown
from ingest.readers.reading import (
    Facts,
    Notes,
    Raw,
    Reading,
    article_from,
    facts_from,
    fold_space,
    prefer,
)
from ingest.readers.rendering import tidy, to_commonmark
from ingest.readers.text import decode
from knowledge.articles import Article, ArticleId

_QUESTION = {"question", "questions", "q", "title", "frage", "pregunta", "pergunta", "domanda", "vraag",
             "pytanie", "prompt", "subject", "heading", "topic", "query"}  # fmt: skip
_ANSWER = {"answer", "answers", "a", "response", "reply", "content", "body", "text", "antwort",
           "respuesta", "réponse", "reponse", "resposta", "risposta", "antwoord", "odpowiedź",
           "description", "solution"}  # fmt: skip
_DELIMITERS = ",;\t|"
_HTML = re.compile(r"</?(?:p|br|ul|ol|li|a|b|strong|i|em|div|span|h[1-6]|table|code)\b[^>]*>", re.I)
_MAX_SLUG_CHARS = 80


def read_csv(raw: Raw) -> Reading:
    """Read a table. Raises FileRefused when no two columns are a question and its answer."""
    rows = _rows(decode(raw.data, raw.path), raw.path)
    if not rows:
        return Reading(skipped="empty")
    header = [fold_space(cell).lower() for cell in rows[0]]
    question = next((i for i, name in enumerate(header) if name in _QUESTION), None)
    answer = next((i for i, name in enumerate(header) if name in _ANSWER and i != question), None)
    body = rows[1:]
    if question is None or answer is None:
        if len(rows[0]) != 2 or question is not None or answer is not None:
            raise FileRefused(
                f"{raw.path}: no columns named question and answer; found {', '.join(header[:6])}."
            )
        header, question, answer, body = ["", ""], 0, 1, rows
    return _articles(raw, header, body, question, answer)


def _articles(
    raw: Raw, header: Sequence[str], rows: Sequence[Sequence[str]], question: int, answer: int
) -> Reading:
    notes = Notes()
    articles: list[Article] = []
    taken: set[str] = set()
    for number, row in enumerate(rows, start=1):
        cells = [*row, *[""] * (len(header) - len(row))]
        asked, answered = fold_space(cells[question]), cells[answer].strip()
        if not asked and not answered:
            continue
        if not asked or not answered:
            notes.add(f"row {number} has no {'answer' if asked else 'question'}; left out")
            continue
        slug = _free(_slug(asked), taken)
        own = Raw(ArticleId(f"{raw.id}/{slug}"), raw.path, raw.data, raw.tree, raw.url)
        others = {
            name: cell
            for at, (name, cell) in enumerate(zip(header, cells, strict=False))
            if name and cell.strip() and at not in (question, answer)
        }
        facts = prefer(Facts(title=asked), facts_from(others))
        text = tidy(f"# {asked}\n\n{_plain(answered, own, notes)}")
        articles.append(article_from(own, facts, text))
    if not articles:
        return Reading(notes=tuple(notes.sentences), skipped="empty: no row has both")
    return Reading(tuple(articles), tuple(notes.sentences))


def _rows(text: str, path: str) -> list[list[str]]:
    if not text.strip():
        return []
    try:
        dialect = csv.Sniffer().sniff(text[:8192], _DELIMITERS)
        delimiter = dialect.delimiter
    except csv.Error:
        first = text.split("\n", 1)[0]
        delimiter = max(_DELIMITERS, key=first.count)
    if path.lower().endswith(".tsv"):
        delimiter = "\t"
    # The limit is the whole process's: it only ever grows, so that nobody else's table is refused.
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error as error:
        raise FileRefused(f"{path}: not readable as a table ({error}).") from error
    return [row for row in rows if any(cell.strip() for cell in row)]


def _plain(answer: str, raw: Raw, notes: Notes) -> str:
    if _HTML.search(answer) and not re.search(r"(?m)^(?:[-*] |\d+\. |#)", answer):
        return to_commonmark(answer)
    return plain_markdown(answer, raw, {}, notes)


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).lower()
    return re.sub(r"[\W_]+", "-", plain).strip("-")[:_MAX_SLUG_CHARS].strip("-") or "row"


def _free(slug: str, taken: set[str]) -> str:
    number, found = 2, slug
    while found in taken:
        found = f"{slug}-{number}"
        number += 1
    taken.add(found)
    return found
