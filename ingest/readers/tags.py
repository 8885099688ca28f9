"""Finds tags in Markdown: HTML, and the JSX of MDX with its braces and strings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

HTML_NAMES = frozenset({
    "a", "abbr", "address", "area", "article", "aside", "audio", "b", "base", "bdi", "bdo", "big",
    "blockquote", "br", "button", "canvas", "caption", "center", "cite", "code", "col",
    "colgroup", "data", "datalist", "dd", "del", "details", "dfn", "dialog", "div", "dl", "dt",
    "em", "embed", "fieldset", "figcaption", "figure", "font", "footer", "form", "h1", "h2", "h3",
    "h4", "h5", "h6", "header", "hgroup", "hr", "i", "iframe", "img", "input", "ins", "kbd",
    "label", "legend", "li", "link", "main", "map", "mark", "menu", "meta", "meter", "nav",
    "noscript", "object", "ol", "optgroup", "option", "output", "p", "param", "picture", "pre",
    "progress", "q", "rp", "rt", "ruby", "s", "samp", "script", "section", "select", "slot",
    "small", "source", "span", "strike", "strong", "style", "sub", "summary", "sup", "svg",
    "table", "tbody", "td", "template", "textarea", "tfoot", "th", "thead", "time", "title", "tr",
    "track", "tt", "u", "ul", "var", "video", "wbr", "path", "g", "circle", "rect", "line",
    "polygon",
})  # fmt: skip
VOID_NAMES = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
})  # fmt: skip
_OPENS = re.compile(r"<(/?)([A-Za-z][\w.:-]*)|<(/?)>")
_ATTRIBUTE = re.compile(r"\s*([A-Za-z_@:][\w@:.-]*)\s*(=?)\s*")
_BARE = re.compile(r"[^\s\"'>{}`=<]+")
_AUTOLINK = re.compile(
    r"<(?:[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*|[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+)>"
)


@dataclass(frozen=True)
class FoundTag:
    """One tag: `text[start:end]`. `name` is "" for a JSX fragment (`<>`)."""

    start: int
    end: int
    name: str
    closes: bool
    stands_alone: bool
    attributes: dict[str, str] = field(default_factory=dict)

    @property
    def is_component(self) -> bool:
        """Whether it is a JSX component (CamelCase or dotted) rather than HTML or a placeholder."""
        name = self.name
        camel = name[:1].isupper() and any(c.islower() for c in name)
        return camel or ("." in name and name[:1].isalpha()) or name == ""

    @property
    def is_html(self) -> bool:
        """Whether it is an element of HTML."""
        return self.name.lower() in HTML_NAMES


def find_tags(text: str) -> Iterator[FoundTag]:
    """All well-formed tags in order. Autolinks and lone `<` are not tags."""
    at = 0
    while match := _OPENS.search(text, at):
        at = match.end()
        if match.start() and text[match.start() - 1] == "\\":
            continue
        if _AUTOLINK.match(text, match.start()):
            continue
        name = match.group(2) or ""
        closes = (match.group(1) or match.group(3)) == "/"
        if match.group(2) is None:
            yield FoundTag(match.start(), match.end(), "", closes, False)
            continue
        tag = _finish(text, match.start(), match.end(), name, closes)
        if tag is not None:
            at = tag.end
            yield tag


def _finish(text: str, start: int, at: int, name: str, closes: bool) -> FoundTag | None:
    """Read attributes up to the tag's end; None when it never ends or is not a tag."""
    attributes: dict[str, str] = {}
    size = len(text)
    while at < size:
        rest = text[at]
        if rest.isspace():
            at += 1
        elif rest == ">":
            return FoundTag(start, at + 1, name, closes, False, attributes)
        elif text.startswith("/>", at):
            return FoundTag(start, at + 2, name, closes, True, attributes)
        elif rest == "{":
            closed = _braced(text, at)
            if closed is None:
                return None
            at = closed
        elif match := _ATTRIBUTE.match(text, at):
            at = match.end()
            value = ""
            if match.group(2):
                found = _value(text, at)
                if found is None:
                    return None
                value, at = found
            attributes[match.group(1)] = value
        else:
            return None
    return None


def _value(text: str, at: int) -> tuple[str, int] | None:
    if at >= len(text):
        return None
    quote = text[at]
    if quote in "\"'":
        end = text.find(quote, at + 1)
        return None if end < 0 else (text[at + 1 : end], end + 1)
    if quote == "{":
        closed = _braced(text, at)
        if closed is None:
            return None
        inner = text[at + 1 : closed - 1].strip()
        literal = len(inner) > 1 and inner[0] == inner[-1] and inner[0] in "\"'`"
        return (inner[1:-1] if literal else "{" + inner + "}"), closed
    bare = _BARE.match(text, at)
    return (bare.group(0), bare.end()) if bare else None


def _braced(text: str, at: int) -> int | None:
    """The end of `{…}`, strings and nested braces skipped; None when it is never closed."""
    depth = 0
    while at < len(text):
        char = text[at]
        if char in "\"'`":
            end = text.find(char, at + 1)
            # An apostrophe in prose is not a string; a string ends before its line does.
            if end < 0 or (char != "`" and "\n" in text[at:end]):
                at += 1
                continue
            at = end
        elif char == "{":
            depth += 1
        elif char == "}":
            depth -= 1
            if depth == 0:
                return at + 1
        at += 1
    return None
