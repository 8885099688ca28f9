"""HTML and JSX inside Markdown: meaning kept, markup gone.

Components are unwrapped (their title in bold above their content) or dropped when nothing in them
can be read; inline HTML becomes Markdown; block HTML is converted where it stands. Placeholders
such as `<your-token>` are neither: they are kept as text. Code must be hidden before.
"""

import re
import textwrap
from dataclasses import dataclass

from markdown_it import MarkdownIt

from ingest.readers.admonitions import label_of, noted
from ingest.readers.reading import Notes
from ingest.readers.rendering import to_commonmark
from ingest.readers.tags import VOID_NAMES, FoundTag, find_tags
from ingest.readers.vault import Vault

_GONE = {"script", "style", "svg", "iframe", "video", "audio", "object", "canvas", "template",
         "select", "textarea", "noscript", "title", "map"}  # fmt: skip
_CONVERTED = {"table", "ul", "ol", "dl", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "p",
              "blockquote"}  # fmt: skip
_STRONG, _EMPHASIS, _CODE = {"b", "strong"}, {"i", "em"}, {"code", "tt", "samp", "kbd"}
_INLINE = {"span", "u", "mark", "small", "big", "font", "abbr", "sub", "sup", "s", "del", "strike",
           "ins", "label", "cite", "dfn", "var", "q", "time", "data", "bdi", "bdo", "ruby", "rt",
           "rp", "button", "wbr", "picture", "output"}  # fmt: skip
_TITLES = ("title", "label", "summary", "header", "heading", "question", "name", "tab", "value")
_SILENT = re.compile(r"image|img|icon|video|figure|frame|logo|youtube|embed|spacer|divider|badge|"
                     r"head|meta|toc|nav|screenshot|banner|break|^br$", re.IGNORECASE)  # fmt: skip
_STEP = "\ue003"
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)|\{/\*.*?\*/\}", re.DOTALL)
_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")


@dataclass
class _Open:
    tag: FoundTag
    at: int  # index of its first piece in the output
    indent: str


def without_comments(text: str) -> str:
    """Drop HTML and MDX comments."""
    return re.sub(r"(?m)^\[(?://|comment|#)\]:\s*(?:#|<>)\s*[(\"'].*$", "", _COMMENT.sub("", text))


def plain_components(text: str, vault: Vault, notes: Notes) -> str:
    """Rewrite every component and every HTML element of a text."""
    return _html(_components(text, vault, notes))


def _components(text: str, vault: Vault, notes: Notes) -> str:
    out: list[str] = []
    stack: list[_Open] = []
    at = 0
    for tag in find_tags(text):
        if not tag.is_component:
            continue
        out.append(text[at : tag.start])
        at = tag.end
        if tag.closes:
            _close(tag.name, stack, out)
        elif tag.stands_alone:
            out.append(_alone(tag, vault, notes))
        else:
            stack.append(_Open(tag, len(out), _indent_before(text, tag.start)))
    out.append(text[at:])
    while stack:  # opened and never closed: most often `<Image …>` without its slash
        left = stack.pop()
        out.insert(left.at, _alone(left.tag, vault, notes))
    return "".join(out).replace(_STEP, "")


def _close(name: str, stack: list[_Open], out: list[str]) -> None:
    """Fold what stands between a component's tags into one piece."""
    index = next((i for i in range(len(stack) - 1, -1, -1) if stack[i].tag.name == name), None)
    if index is None:
        return
    del stack[index + 1 :]
    opened = stack.pop()
    content = "".join(out[opened.at :])
    del out[opened.at :]
    out.append(_unwrapped(opened, content))


def _unwrapped(opened: _Open, content: str) -> str:
    tag, indent = opened.tag, opened.indent
    inline = "\n" not in content and bool(content.strip())
    body = textwrap.dedent(content.strip("\n")) if not inline else content.strip()
    title = next((tag.attributes[k] for k in _TITLES if _readable(tag.attributes.get(k))), "")
    href = tag.attributes.get("href") or tag.attributes.get("to") or ""
    kind = label_of(tag.name)
    if kind or tag.name in {"Admonition", "Banner", "Aside"}:
        variant = tag.attributes.get("type") or tag.attributes.get("variant") or tag.name
        word = label_of(variant) if variant.lower() != "primary" else None
        label = title or word or (kind if tag.name != "Callout" else None) or ""
        piece = noted(label, body.strip()) if label else body.strip()
    elif tag.name == "Step":
        piece = f"{_STEP}{f'**{title}**' if title else ''}\n\n{body}{_STEP}"
    elif tag.name in {"Steps", "Stepper"} and _STEP in body:
        piece = _numbered(body)
    elif inline and not title:
        return f"[{body}]({href})" if href else body
    else:
        head = f"[{title}]({href})" if href and title else title
        piece = f"**{head}**\n\n{body}" if head else body
    return "\n\n" + textwrap.indent(piece, indent) + "\n\n"


def _numbered(body: str) -> str:
    """Steps become an ordered list."""
    parts = [part.strip("\n") for part in body.split(_STEP)]
    lines: list[str] = []
    number = 0
    for index, part in enumerate(parts):
        if index % 2 == 0:  # between steps
            if part.strip():
                lines += ["", part, ""]
            continue
        number += 1
        head, _, rest = part.strip().partition("\n\n")
        step = f"{head}\n\n{textwrap.dedent(rest.strip(chr(10)))}".strip()
        marker = f"{number}. "
        lines.append(marker + textwrap.indent(step, " " * len(marker)).lstrip())
    return "\n".join(lines)


def _alone(tag: FoundTag, vault: Vault, notes: Notes) -> str:
    """A component without content: its code or its link, else nothing, and a note."""
    blocks = [value for value in tag.attributes.values() if vault.is_block(value)]
    if blocks:
        return "\n\n" + "\n\n".join(blocks) + "\n\n"
    title = next((tag.attributes[k] for k in _TITLES[:6] if _readable(tag.attributes.get(k))), "")
    href = tag.attributes.get("href") or tag.attributes.get("to")
    if title and href:
        return f"[{title}]({href})"
    if tag.name and not _SILENT.search(tag.name):
        notes.add(f"component <{tag.name}> was left out")
    return ""


def _html(text: str) -> str:
    out: list[str] = []
    stack: list[_Open] = []
    tags = list(find_tags(text))
    at = index = 0
    while index < len(tags):
        tag = tags[index]
        index += 1
        if tag.start < at:
            continue
        out.append(text[at : tag.start])
        at = tag.end
        name = tag.name.lower()
        if not tag.is_html:
            out.append(_placeholder(tag, text, tags))
        elif name in _GONE or name in _CONVERTED:
            end = tag.end if tag.closes or tag.stands_alone else _region_end(tag, tags[index:])
            if end > tag.end and name in _CONVERTED:
                indent = _indent_before(text, tag.start)
                out.append(_convert(text[tag.start : end], indent))
            at = end
        elif name in VOID_NAMES:
            out.append(_void(name, tag))
        elif tag.closes:
            _close_html(name, stack, out)
        elif not tag.stands_alone:
            stack.append(_Open(tag, len(out), ""))
            if name not in _INLINE | _STRONG | _EMPHASIS | _CODE | {"a"}:
                out.append("\n\n")
    out.append(text[at:])
    return "".join(out)


def _close_html(name: str, stack: list[_Open], out: list[str]) -> None:
    index = next(
        (i for i in range(len(stack) - 1, -1, -1) if stack[i].tag.name.lower() == name), None
    )
    if index is None:
        return
    del stack[index + 1 :]
    opened = stack.pop()
    content = "".join(out[opened.at :])
    del out[opened.at :]
    out.append(_element(name, opened.tag, content))


def _element(name: str, tag: FoundTag, content: str) -> str:
    inner = content.strip()
    lead = content[: len(content) - len(content.lstrip())].replace("\n", " ")
    tail = content[len(content.rstrip()) :].replace("\n", " ")
    if name == "a":
        href = re.sub(r"\s", "%20", tag.attributes.get("href", "").strip())
        if not inner or not href or href.startswith(("#", "javascript:", "{")):
            return content
        return f"{lead}[{' '.join(inner.split())}]({href}){tail}"
    if name in _STRONG | _EMPHASIS:
        mark = "**" if name in _STRONG else "*"
        if not inner or "\n\n" in inner or inner.startswith(mark):
            return content
        return f"{lead}{mark}{inner}{mark}{tail}"
    if name in _CODE:
        return (
            f"{lead}`{inner}`{tail}"
            if inner and "`" not in inner and "\n\n" not in inner
            else content
        )
    if name == "summary":
        return f"\n\n**{' '.join(inner.strip('*').split())}**\n\n" if inner else ""
    if name in _INLINE:
        return content
    dedented = textwrap.dedent(content.strip("\n"))
    return f"\n\n{dedented}\n\n"


def _void(name: str, tag: FoundTag) -> str:
    if name == "br":
        return "<br>"
    if name == "img":
        return f"![{' '.join(tag.attributes.get('alt', '').split())}](image)"
    return "\n\n" if name == "hr" else ""


def _placeholder(tag: FoundTag, text: str, tags: list[FoundTag]) -> str:
    """`<your-token>` stays as text; an unknown element with both its tags is unwrapped."""
    paired = any(t.name == tag.name and t.closes != tag.closes for t in tags)
    if paired or tag.stands_alone or ("-" in tag.name and tag.attributes):
        return ""
    return "\\" + text[tag.start : tag.end]


def _region_end(opened: FoundTag, following: list[FoundTag]) -> int:
    """Where an element ends, the same element nested in it counted; its own tag when it never does."""
    depth = 1
    for tag in following:
        if tag.name.lower() == opened.name.lower() and not tag.stands_alone:
            depth += -1 if tag.closes else 1
            if depth == 0:
                return tag.end
    return opened.end


def _convert(region: str, indent: str) -> str:
    html = _MARKDOWN.render(textwrap.dedent(indent + region))
    return "\n\n" + textwrap.indent(to_commonmark(html), indent) + "\n\n"


def _indent_before(text: str, at: int) -> str:
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return line if not line.strip() else ""


def _readable(value: str | None) -> bool:
    return bool(value) and not (value or "").startswith("{")
