"""Markdown and MDX of any dialect to plain CommonMark: front matter, templates, components, notes."""

import re
import textwrap
import tomllib
from dataclasses import replace

import yaml
from markdown_it import MarkdownIt

from ingest.readers.admonitions import plain_notes
from ingest.readers.components import plain_components, without_comments
from ingest.readers.entities import plain_entities, without_entities
from ingest.readers.reading import (
    Notes,
    Raw,
    Reading,
    article_from,
    facts_from,
    fold_space,
)
from ingest.readers.rendering import tidy
from ingest.readers.templates import plain_templates
from ingest.readers.text import decode
from ingest.readers.vault import Vault, without_marks

_FRONT = re.compile(r"\A\s*(---|\+\+\+)[ \t]*\n(.*?)(?:^|\n)\1[ \t]*(?:\n|\Z)", re.DOTALL)
_MODULE_LINE = re.compile(
    r"""(?m)^(?:import\s+(?:[\w*{}\s,$]+\s+from\s+)?["'][^"'\n]+["'];?[ \t]*$"""
    r"""|export\s+(?:default|const|let|var|function|async|class|type)\b(?:.|\n(?!\s*\n))*)"""
)
_TEMPLATE_LITERAL = re.compile(r"(=?)\{\s*`([^`]*\n[^`]*)`\s*\}")
_ATTRIBUTES = re.compile(
    r"\{:(?![\w-]+:\})[^{}\n]*\}|(?<=[)\]])\{[^{}\n]*\}|(?m:(?<=\S)[ \t]+\{[#.][^{}\n]*\}[ \t]*$)"
)
_IMAGE = re.compile(
    r"!\[((?:[^\[\]\\]|\\.|\[[^\]]*\])*)\](?:\((?:[^()\\\n]|\\.|\([^()\n]*\))*\)|\[[^\]\n]*\])"
)
_LONE_IMAGES = re.compile(
    rf"^[ \t]*(?:>[ \t]*|[-*+][ \t]+|\d+[.)][ \t]+)?(?:\[?[ \t]*{_IMAGE.pattern}[ \t]*(?:\]\([^()\n]*\))?[ \t]*)+$"
)
_EMPTY_LINK = re.compile(r"(?<!!)\[\s*\]\([^()\n]*\)")
# A link's address in angle brackets, as one with spaces is put (CommonMark 0.31, 6.3).
_ANGLED_ADDRESS = re.compile(r"(?<=\]\()[ \t]*<([^<>\\\n]+)>")
_TOC = re.compile(r"(?im)^[ \t]*(?:\[\[_?toc_?\]\]|\[toc\]|\{:toc\})[ \t]*$")
_DEFINITION = re.compile(
    r"(?m)^ {0,3}\[(?!\^)([^\]\n]+)\]:[ \t]*<?([^\s>]+)>?(?:[ \t]+[\"'(].*[\"')])?[ \t]*$"
)
_REFERENCE = re.compile(r"(?<![!\]\\])\[((?:[^\[\]\\]|\\.)+)\](?:\[([^\]\n]*)\])?(?![(:\[])")
_FOOTNOTE = re.compile(r"(?m)^ {0,3}\[\^[^\]\n]+\]:[ \t]*")
_FOOTNOTE_MARK = re.compile(r"\[\^[^\]\n]+\]")
_WIKI_LINK = re.compile(r"(?<!!)\[\[([^\]|\n]+)(?:\|([^\]\n]+))?\]\]")
_BREAK = re.compile(r"[ \t]*<br>[ \t]*\n?")
_INLINE_MARKS = re.compile(r"[*_`]{1,3}|\[([^\]]*)\]\([^)]*\)|\\(?=[!-/:-@\[-`{-~])")
_HEADINGS = MarkdownIt("commonmark").disable("inline")
_LAST_HEADINGS = re.compile(r"(?:\n+#{1,6} [^\n]*)+\s*\Z")
_YAML: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_markdown(raw: Raw) -> Reading:
    """Read one Markdown or MDX file."""
    source = without_marks(decode(raw.data, raw.path))
    notes = Notes()
    page, body = _front_matter(source, notes)
    facts = facts_from(page)
    facts = replace(
        facts,
        title=facts.title and without_entities(facts.title),
        description=facts.description and without_entities(facts.description),
    )
    text = plain_markdown(body, raw, page, notes)
    if facts.redirect and len(text) < 400:
        return Reading(skipped=f"redirects to {facts.redirect}")
    if not text.strip():
        return Reading(notes=tuple(notes.sentences), skipped="empty")
    article = article_from(raw, facts, text, _first_heading(text))
    return Reading((article,), tuple(notes.sentences))


def plain_markdown(body: str, raw: Raw, page: dict[str, object], notes: Notes) -> str:
    """Turn the body of a file into plain CommonMark."""
    vault = Vault()
    text = without_comments(vault.hide_spans(_with_code(vault.hide_blocks(body), vault)))
    text = plain_templates(text, raw, page, vault, notes)
    text = _ANGLED_ADDRESS.sub(lambda m: re.sub(r"[ \t()]", _escaped, m.group(1)), text)
    text = without_comments(text)
    if raw.path.lower().endswith(".mdx") or re.search(r"(?m)^import\s.+\sfrom\s+[\"']", text):
        text = _MODULE_LINE.sub("", text)
        text = re.sub(r"\{\s*[\"'`](\s*)[\"'`]\s*\}", r"\1", text)
    text = plain_notes(text)
    text = plain_components(text, vault, notes)
    text = _TOC.sub("", text)
    text = _ATTRIBUTES.sub("", text)
    text = _without_images(text)
    text = _with_inline_links(text)
    text = _WIKI_LINK.sub(lambda m: m.group(2) or m.group(1), text)
    text = plain_entities(text)
    text = "\n".join(_broken(line) for line in _BREAK.sub("<br>", text).split("\n"))
    # A heading with nothing under it was the head of something left out.
    text = vault.show(tidy(_LAST_HEADINGS.sub("\n", text.rstrip())))
    return text.strip("\n") + "\n" if text.strip() else ""


def _escaped(character: re.Match[str]) -> str:
    return f"%{ord(character.group()):02X}"


def _with_code(text: str, vault: Vault) -> str:
    """JSX's template literals over several lines are code: in `{`…`}` and as attributes."""

    def keep(match: re.Match[str]) -> str:
        first, _, rest = match.group(2).strip("\n").partition("\n")
        # The first line follows the tick, so only the others show the code's own indentation.
        whole = (
            f"{first}\n{textwrap.dedent(rest)}" if first.strip() == first else f"{first}\n{rest}"
        )
        fence = f"```\n{textwrap.dedent(whole).strip()}\n```"
        mark = vault.keep(fence)
        return f'{match.group(1)}"{mark}"' if match.group(1) else f"\n\n{mark}\n\n"

    return _TEMPLATE_LITERAL.sub(keep, text)


def _front_matter(source: str, notes: Notes) -> tuple[dict[str, object], str]:
    match = _FRONT.match(source)
    if match is None:
        return {}, source
    block, body = match.group(2), source[match.end() :]
    try:
        # Both loaders are safe ones; the second is written in C.
        yaml_or_toml = match.group(1) == "---"
        found = yaml.load(block, _YAML) if yaml_or_toml else tomllib.loads(block)  # noqa: S506
    except (yaml.YAMLError, tomllib.TOMLDecodeError, ValueError):
        found = _lenient(block)
        notes.add("the front matter is not valid; what could be read of it was used")
    if found is None or isinstance(found, dict):
        return found or {}, body
    return {}, source  # a page that merely starts with a rule


def _lenient(block: str) -> dict[str, object]:
    """Read `key: value` lines one by one when the whole is not valid YAML."""
    pairs = (re.match(r"([\w-]+)\s*[:=]\s*(.*)", line) for line in block.split("\n"))
    return {m.group(1): m.group(2).strip().strip("\"'") for m in pairs if m}


def _first_heading(text: str) -> str | None:
    """The text's H1, else a heading that opens it."""
    tokens = _HEADINGS.parse(text)
    found: list[tuple[str, int]] = []
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            content = tokens[index + 1].content
            found.append((fold_space(_INLINE_MARKS.sub(r"\1", content)), index))
            if token.tag == "h1" and found[-1][0]:
                return found[-1][0]
    return found[0][0] if found and found[0][1] == 0 and found[0][0] else None


def _without_images(text: str) -> str:
    """Pictures that stand alone go; inside a sentence their alternative text stays."""
    kept = [line for line in text.split("\n") if not _LONE_IMAGES.match(line)]
    return _EMPTY_LINK.sub("", _IMAGE.sub(lambda m: fold_space(m.group(1)), "\n".join(kept)))


def _with_inline_links(text: str) -> str:
    """Reference links and footnotes, made readable where they stand."""
    targets = {fold_space(m.group(1)).lower(): m.group(2) for m in _DEFINITION.finditer(text)}
    text = _FOOTNOTE.sub("", text)
    text = _FOOTNOTE_MARK.sub("", text)
    if not targets:
        return text

    def inline(match: re.Match[str]) -> str:
        label = fold_space(match.group(2) or match.group(1)).lower()
        target = targets.get(label)
        return f"[{match.group(1)}]({target})" if target else match.group(0)

    return _REFERENCE.sub(inline, _DEFINITION.sub("", text))


def _broken(line: str) -> str:
    """`<br>` parts lines; in a table it becomes a space."""
    if "<br>" not in line:
        return line
    if line.lstrip().startswith("|") or line.count("|") > 1:
        return line.replace("<br>", " ")
    indent = line[: len(line) - len(line.lstrip())]
    marker = re.match(r"(?:[-*+]|\d+[.)])[ \t]+", line.lstrip())
    indent += " " * len(marker.group(0)) if marker else ""
    parts = [part.strip() for part in line.split("<br>")]
    head = line.split("<br>")[0].rstrip()
    filled = [head, *(indent + part for part in parts[1:] if part)]
    return "  \n".join(part for part in filled if part.strip())
