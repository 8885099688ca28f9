"""HTML to CommonMark, for every format that passes through HTML (HTML, DOCX, RST, HTML in Markdown).

Built on markdownify. What it adds: tables with spans become whole pipe tables, tables that only lay
out a page become paragraphs, term lists become bullets, `<details>` opens, pictures that stand in a
sentence leave their alternative text, and nothing in a text can be taken for markup.
"""

import re
from collections.abc import Iterable
from typing import Any

from bs4 import BeautifulSoup, Comment, Tag
from bs4.element import NavigableString
from markdownify import MarkdownConverter

_BLOCKS = {
    "address", "article", "aside", "blockquote", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "ul",
}  # fmt: skip
_CELL_BREAKS = ("br", "p", "div", "li", "ul", "ol", "pre", "dt", "dd")
_MAX_SPAN = 100  # a cell may claim any colspan; a table wider than this is nobody's help article
_SPACE_BEFORE_MARK = re.compile(r"^\s*\n\s*(?=[,.;:!?)\]])")
_OPENS_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_STARTS_BLOCK = re.compile(r"^(\s*)([-+>]|#{1,6}|={3,}|~{3,})(?=\s|$)")
_STARTS_NUMBER = re.compile(r"^(\s*\d{1,9})([.)])(?=\s|$)")
_LOOKS_LIKE_LINK = re.compile(r"\](?=[(\[])")
_EDGE_UNDERSCORE = re.compile(r"(?<![^\W_])_(?=\w)|(?<=\w)_(?![^\W_])")
_DOUBLE_SPACE = re.compile(r"(?<=[^\s`|.]) {2,}(?=[^\s`|])|(?<=[.]) {3,}(?=\S)")
_LANGUAGE = re.compile(r"(?:^|\s)(?:language|lang|highlight|brush:)-?\s*([\w+#-]+)")


def to_commonmark(markup: str | Tag) -> str:
    """Turn HTML into CommonMark with pipe tables; blank lines are single, the ends are trimmed.

    A `Tag` is changed on the way; give a copy to keep it.
    """
    soup = markup if isinstance(markup, Tag) else parse_html(markup)
    _prepare(soup)
    text = _Writer().convert_soup(soup)
    return tidy(text)


def parse_html(markup: str) -> BeautifulSoup:
    """Parse as a browser would, broken markup included."""
    return BeautifulSoup(markup, "lxml")


def tidy(text: str) -> str:
    """Trim line ends (hard breaks kept) and the text, and leave at most one blank line in a row."""
    lines: list[str] = []
    fence: str | None = None
    for line in text.split("\n"):
        opened = re.match(r"\s*(`{3,}|~{3,})", line)
        if fence is None and opened:
            fence = opened.group(1)
        elif fence is not None and re.match(rf"\s*{fence[0]}{{{len(fence)},}}\s*$", line):
            fence = None
        elif fence is None:
            bare = _DOUBLE_SPACE.sub(" ", line.rstrip())
            line = bare + "  " if bare and line.endswith("  ") else bare
            if not bare and lines and not lines[-1].strip():
                continue
        lines.append(line)
    trimmed = "\n".join(lines).strip("\n")
    trimmed = re.sub(r" +(?=\n\s*\n)| +\Z", "", trimmed)
    return trimmed + "\n" if trimmed.strip() else ""


def _prepare(soup: Tag) -> None:
    """Reshape what Markdown has no word for, in the tree itself."""
    for comment in soup.find_all(string=lambda s: isinstance(s, Comment)):
        comment.extract()
    for gone in soup.find_all(["script", "style", "template", "noscript", "iframe", "svg", "video",
                               "audio", "object", "canvas", "input", "select", "button",
                               "textarea", "map", "col", "colgroup"]):  # fmt: skip
        gone.decompose()
    for node in soup.find_all(string=_SPACE_BEFORE_MARK):
        if isinstance(node.previous_sibling, Tag) and node.previous_sibling.name not in _BLOCKS:
            inside = list(node.previous_sibling.strings)
            if inside:
                inside[-1].replace_with(NavigableString(inside[-1].rstrip()))
            node.replace_with(NavigableString(_SPACE_BEFORE_MARK.sub("", str(node))))
    for summary in soup.find_all("summary"):
        _bold_paragraph(summary)
    for term in soup.find_all("dl"):
        _list_from_terms(term)
    for strong in soup.find_all(["b", "strong"]):
        if strong.find_parent(["h1", "h2", "h3", "h4", "h5", "h6", "b", "strong"]):
            strong.unwrap()


def _bold_paragraph(summary: Tag) -> None:
    heading = summary.find(re.compile(r"^h[1-6]$"))
    if isinstance(heading, Tag):
        summary.unwrap()
        return
    summary.name = "p"
    strong = Tag(name="strong")
    for child in list(summary.contents):
        strong.append(child.extract())
    summary.append(strong)


def _list_from_terms(terms: Tag) -> None:
    """`<dl>` becomes bullets: the term in bold, then what it means."""
    terms.name = "ul"
    item: Tag | None = None
    for child in list(terms.find_all(["dt", "dd"], recursive=True)):
        if child.find_parent("ul") is not terms:
            continue
        if child.name == "dt":
            item = child
            strong = Tag(name="strong")
            for part in list(item.contents):
                strong.append(part.extract())
            if not strong.get_text().rstrip().endswith((":", "?", "!", ".")):
                strong.append(":")
            item.name = "li"
            item.append(strong)
        elif item is not None:
            item.append(NavigableString(" "))
            for part in list(child.contents):
                item.append(part.extract())
            child.decompose()
        else:
            child.name = "li"


_Converter: Any = MarkdownConverter


class _Writer(_Converter):  # type: ignore[misc]  # its converters are found by name, not typed
    def __init__(self) -> None:
        super().__init__(
            heading_style="atx", bullets="-", newline_style="spaces", wrap=True, wrap_width=None,
        )  # fmt: skip

    def escape(self, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002 - markdownify's shape
        if not text:
            return ""
        text = text.replace("\\", "\\\\") if re.search(r"\\[!-/:-@\[-`{-~]", text) else text
        text = text.replace("*", "\\*").replace("`", "\\`")
        text = _OPENS_TAG.sub(r"\\<", text)
        text = _EDGE_UNDERSCORE.sub(r"\\_", text)
        return _LOOKS_LIKE_LINK.sub(r"\\]", text)

    def convert_p(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return str(super().convert_p(el, _safe_start(text.strip()), parent_tags))

    def convert_div(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return str(super().convert_div(el, text, parent_tags))

    convert_details = convert_main = convert_aside = convert_header = convert_footer = convert_div
    convert_figure = convert_center = convert_address = convert_fieldset = convert_form = (
        convert_div
    )
    convert_article = convert_section = convert_nav = convert_div

    def convert_a(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        href = str(el.get("href") or "").strip()
        if re.fullmatch(r"\s*[#¶§🔗]?\s*", text) and "_noformat" not in parent_tags:
            return ""
        el.attrs.pop("title", None)
        if not href or href.startswith(("#", "javascript:", "data:")):
            return text
        el["href"] = re.sub(r"\s", "%20", href).replace("(", "%28").replace(")", "%29")
        return str(super().convert_a(el, " ".join(text.split("\n")), parent_tags))

    def convert_img(self, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002
        """A picture inside a sentence leaves its alternative text; one that stands alone goes."""
        alt = " ".join(str(el.get("alt") or "").split())
        parent = el.parent
        return self.escape(alt, parent_tags) if alt and parent and _speaks(parent) else ""

    def convert_sub(self, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002
        return text

    def convert_sup(self, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002
        digits = text.strip()
        power = re.fullmatch(r"\d+", digits) and _ends_with_digit(el.previous_sibling)
        return f"^{digits}" if power else text

    def convert_caption(self, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002
        return f"\n\n{text.strip()}\n\n" if text.strip() else ""

    def convert_li(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return str(super().convert_li(el, _safe_start(text.strip()), parent_tags))

    def convert_pre(self, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002
        """A fence longer than any run of ticks in the code, so that nothing in it can close it."""
        longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
        fence = "`" * max(3, longest + 1)
        code = text.strip("\n").rstrip()
        return f"\n\n{fence}{_code_language(el)}\n{code}\n{fence}\n\n" if code else ""

    def convert_hr(self, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002
        return "\n\n"

    def convert_table(self, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002
        if el.find_parent("table"):
            return text
        rows = list(_rows(el))
        caption = el.find("caption")
        label = caption.get_text(" ", strip=True) if isinstance(caption, Tag) else ""
        body = self._layout(rows) if _only_lays_out(el, rows) else self._grid(el, rows)
        return f"\n\n{label}\n\n{body}\n\n" if label else f"\n\n{body}\n\n"

    convert_thead = convert_tbody = convert_tfoot = convert_tr = convert_td = convert_th = (
        lambda _self, _el, text, _parent_tags=None, **_: text
    )

    def _layout(self, rows: list[list[Tag]]) -> str:
        parts = [self.process_tag(c, {"_document"}).strip() for row in rows for c in row]
        return "\n\n".join(_safe_start(p) for p in parts if p)

    def _grid(self, table: Tag, rows: list[list[Tag]]) -> str:
        grid = self._spread(rows)
        if not grid:
            return ""
        width = max(len(row) for row in grid)
        lines = ["| " + " | ".join(row + [""] * (width - len(row))) + " |" for row in grid]
        rule = "| " + " | ".join(["---"] * width) + " |"
        headed = table.find("thead") or all(c.name == "th" for c in rows[0]) or len(rows) > 1
        if not headed:
            return "\n".join(["| " + " | ".join([""] * width) + " |", rule, *lines])
        return "\n".join([lines[0], rule, *lines[1:]])

    def _spread(self, rows: list[list[Tag]]) -> list[list[str]]:
        """Cells over rows and columns; one that spans several is repeated in each."""
        grid: list[list[str]] = []
        pending: dict[int, tuple[int, str]] = {}
        for row in rows:
            line: list[str] = []
            cells = iter(row)
            while True:
                while len(line) in pending:
                    left, text = pending.pop(len(line))
                    if left > 1:
                        pending[len(line)] = (left - 1, text)
                    line.append(text)
                cell = next(cells, None)
                if cell is None:
                    break
                text = self._cell(cell)
                for _ in range(_span(cell, "colspan")):
                    if (down := _span(cell, "rowspan")) > 1:
                        pending[len(line)] = (down - 1, text)
                    line.append(text)
            if any(line):
                grid.append(line)
        return grid

    def _cell(self, cell: Tag) -> str:
        for item in cell.find_all("li"):
            if item.find_next_sibling("li"):
                item.append(";")
        for broken in cell.find_all(_CELL_BREAKS):
            if broken.name == "br":
                broken.replace_with(NavigableString(" "))
            else:
                broken.insert_after(NavigableString(" "))
                broken.unwrap()
        text = " ".join(self.process_tag(cell, {"_inline"}).split())
        return re.sub(r"(?<!\\)\|", r"\\|", text)


def _safe_start(text: str) -> str:
    """Keep a paragraph's first character from being read as a list, heading or quote."""
    return _STARTS_NUMBER.sub(r"\1\\\2", text, count=1) if _STARTS_NUMBER.match(text) and "\n" not in text else text  # fmt: skip


def _speaks(parent: Tag) -> bool:
    return any(isinstance(s, NavigableString) and s.strip() for s in parent.descendants)


def _ends_with_digit(node: object) -> bool:
    return isinstance(node, NavigableString) and bool(re.search(r"\d\Z", str(node)))


def _span(cell: Tag, name: str) -> int:
    value = str(cell.get(name) or "1")
    return min(_MAX_SPAN, max(1, int(value))) if value.isdigit() else 1


def _rows(table: Tag) -> Iterable[list[Tag]]:
    for row in table.find_all("tr"):
        if row.find_parent("table") is table:
            cells = [c for c in row.find_all(["td", "th"]) if c.find_parent("tr") is row]
            if cells:
                yield cells


def _only_lays_out(table: Tag, rows: list[list[Tag]]) -> bool:
    """Whether a table has no columns to speak of: a note's box, a page's grid."""
    if table.get("role") == "presentation" or any(t.find("table") for row in rows for t in row):
        return True
    if table.find("th"):
        return False
    full = [[c for c in row if c.get_text(strip=True)] for row in rows]
    return len(rows) == 1 or max((len(row) for row in full), default=0) < 2


def _code_language(pre: Tag) -> str:
    for tag in (pre, pre.find("code")):
        if isinstance(tag, Tag):
            classes: str | list[str] = tag.get("class") or []
            match = _LANGUAGE.search(" ".join(classes) if isinstance(classes, list) else classes)
            if match:
                return match.group(1)
    return ""
