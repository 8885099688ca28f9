"""reStructuredText, plain or Sphinx, to CommonMark.

Docutils parses and writes HTML, which becomes CommonMark like any HTML. Sphinx's roles and
directives are known by what they mean to a reader; unknown ones are unwrapped and noted. Files are
included only from the source itself, and nothing is executed.
"""

import re
from html import escape
from typing import Any, ClassVar, cast

from docutils import core, nodes
from docutils.parsers.rst import Directive, directives, roles
from docutils.parsers.rst.languages import en as english
from docutils.statemachine import StringList

from ingest.errors import FileRefused
from ingest.readers.admonitions import label_of
from ingest.readers.reading import (
    Facts,
    Notes,
    Raw,
    Reading,
    article_from,
    facts_from,
    prefer,
    relative_path,
)
from ingest.readers.rendering import to_commonmark
from ingest.readers.text import decode

_MAX_INCLUDES = 8  # deep; more is a circle
_ROLE = re.compile(r":([A-Za-z][\w:+.-]*):`")
_DIRECTIVE = re.compile(r"(?m)^[ \t]*(?:\|[^|\n]+\|[ \t]+)?\.\. ([A-Za-z][\w:+.-]*)::")
_TITLED_ROLE = re.compile(r"^(?s:(.*?))\s*<([^<>]+)>$")
_TITLED_CITE = re.compile(r"<cite>(?::[\w:]+:)?([^<>]*?)\s*&lt;[^<>&\s][^<>&]*&gt;</cite>")
_FIELD = re.compile(r"(?m)^:([\w -]+):[ \t]*(.*)$")
_SUBSTITUTION = re.compile(r"(?<![\w|\\`])\|([A-Za-z][^|\n`]{0,60}?)\|(?:_{1,2})?(?![\w|])")
_IN_TABLE = re.compile(r"(?<=\s)\|([A-Za-z][\w-]*)\|(?=\s)")
# Pictures are left out, so a name for one stands for nothing.
_SUBSTITUTED = re.compile(r"(?m)^[ \t]*\.\. \|([^|\n]+)\|(?![ \t]+image::)")
_LITERAL_ROLES = {"kbd", "command", "program", "option", "file", "samp", "envvar", "code", "literal",
                  "mono", "menuselection-code", "py:func", "func", "class", "meth", "mod"}  # fmt: skip
_STRONG_ROLES = {"guilabel", "menuselection", "strong", "b"}
_NAVIGATION = {"toctree", "contents", "index", "meta", "sectnum", "highlight", "default-role", "role",
               "title", "youtube", "video", "image", "currentmodule", "tabularcolumns", "rst-class",
               "class", "autosummary", "only-nav", "mermaid", "graphviz", "uml", "header", "footer",
               "target-notes", "date", "csv-table-file", "sidebar-nav"}  # fmt: skip
_NOTES = {"note", "tip", "warning", "important", "hint", "caution", "danger", "attention", "error",
          "seealso", "admonition", "versionadded", "versionchanged", "deprecated"}  # fmt: skip
_VERSIONS = {"versionadded": "New in version", "versionchanged": "Changed in version",
             "deprecated": "Deprecated since version"}  # fmt: skip
_SETTINGS = {
    "report_level": 5, "halt_level": 6, "file_insertion_enabled": False, "raw_enabled": True,
    "doctitle_xform": False, "docinfo_xform": False, "sectsubtitle_xform": False,
    "embed_stylesheet": False, "stylesheet_path": "", "stylesheet": "", "math_output": "LaTeX",
    "syntax_highlight": "none", "smart_quotes": False, "initial_header_level": 1,
    "input_encoding": "unicode", "output_encoding": "unicode", "table_style": "",
    "warning_stream": False, "_disable_config": True, "line_length_limit": 1_000_000,
}  # fmt: skip


def read_rst(raw: Raw) -> Reading:
    """Read one reStructuredText file."""
    notes = Notes()
    source = _with_includes(decode(raw.data, raw.path), raw, notes, depth=0)
    facts, source = _fields(source)
    source = _without_unknown_substitutions(source, notes)
    _know(source, notes)
    try:
        parts = core.publish_parts(source, writer="html5", settings_overrides=_SETTINGS)
    except (ValueError, TypeError, AttributeError, IndexError, KeyError, RecursionError) as error:
        raise FileRefused(f"{raw.path}: not readable as reStructuredText ({error}).") from error
    text = to_commonmark(_without_system_messages(str(parts["body"])))
    if not text.strip():
        return Reading(notes=tuple(notes.sentences), skipped="empty: nothing but navigation")
    heading = re.search(r"(?m)^#{1,6} (.+)$", text)
    title = re.sub(r"[*_`\\]", "", heading.group(1)) if heading else None
    article = article_from(raw, prefer(facts, Facts(title=title)), text)
    return Reading((article,), tuple(notes.sentences))


def _with_includes(source: str, raw: Raw, notes: Notes, depth: int) -> str:
    """Put included files in place, read from the source only."""

    def resolve(match: re.Match[str]) -> str:
        indent, target = match.group(1), match.group(2).strip()
        if depth >= _MAX_INCLUDES:
            notes.add(f"include {target!r} goes round in a circle; left out")
            return ""
        try:
            path = relative_path(raw.path, target)
            content = decode(raw.tree.read(path), path) if raw.tree.holds(path) else None
        except FileRefused as error:
            notes.add(str(error))
            return ""
        if content is None:
            notes.add(f"include {target!r} is not in the source; left out")
            return ""
        content = _part(content, match.group(3) or "")
        content = _with_includes(content, raw, notes, depth + 1)
        return "\n".join(indent + line if line.strip() else "" for line in content.split("\n"))

    pattern = (
        r"(?m)^([ \t]*)\.\. (?:literal)?include::[ \t]*(\S[^\n]*)((?:\n[ \t]+:[\w-]+:[^\n]*)*)"
    )
    return re.sub(pattern, resolve, source)


def _part(content: str, options: str) -> str:
    """The stretch of an included file that its options name."""
    for name, value in re.findall(r":(start-after|end-before):[ \t]*([^\n]+)", options):
        before, found, after = content.partition(value.strip())
        if found:
            content = after if name == "start-after" else before
    return content


def _fields(source: str) -> tuple[Facts, str]:
    """Facts from a field list or a `meta` directive at the top."""
    found: dict[str, object] = {}
    head = re.match(r"\s*((?:^:[\w -]+:(?:[ \t].*)?(?:\n|\Z))+)", source, re.MULTILINE)
    if head:
        found.update(dict(_FIELD.findall(head.group(1))))
        source = source[head.end() :]
    for block in re.findall(r"(?m)^\.\. meta::[ \t]*\n((?:[ \t]+.*\n?)+)", source):
        found.update({k.split()[0]: v for k, v in re.findall(r":([\w =-]+):[ \t]*(.*)", block)})
    return facts_from(found), source


def _without_unknown_substitutions(source: str, notes: Notes) -> str:
    """`|icon|` without a definition here comes from the site's build; it would be an error."""
    known = {name.strip().lower() for name in _SUBSTITUTED.findall(source)}

    def drop(match: re.Match[str]) -> str:
        if match.group(1).strip().lower() in known:
            return match.group(0)
        notes.add(f"the substitution |{match.group(1)}| is not defined in the source; left out")
        return ""

    def shown(match: re.Match[str]) -> str:  # in a table the columns must keep their width
        if drop(match):
            return match.group(0)
        return _said_by_picture(match.group(1)).ljust(len(match.group(0)))

    lines = source.split("\n")
    for at, line in enumerate(lines):
        if line.lstrip().startswith(("|", "+")):
            lines[at] = _IN_TABLE.sub(shown, line)
        elif not line.lstrip().startswith(".. |"):
            lines[at] = _SUBSTITUTION.sub(drop, line)
    return "\n".join(lines)


def _said_by_picture(name: str) -> str:
    """What a picture alone in a table's cell says, by its name: there it is the answer itself."""
    parts = set(re.findall(r"[a-z]+", name.lower()))
    if parts & {"check", "checkmark", "tick", "yes"}:
        return "✓"
    if parts & {"cross", "crossmark", "no", "times"}:
        return "✗"
    return re.sub(r"[-_]+", " ", name)


def _without_system_messages(html: str) -> str:
    html = re.sub(r'<aside class="system-message.*?</aside>', "", html, flags=re.DOTALL)
    html = re.sub(
        r'<span class="docutils literal">(.*?)</span>(?!</span>)', _as_code, html, flags=re.DOTALL
    )
    # `title <target>` without its role is a slip for a link; only the title speaks to a reader.
    html = _TITLED_CITE.sub(r"\1", html)
    # Text that is merely indented is a "block quote" in RST; nobody is quoted.
    html = re.sub(r"<(/?)blockquote[^>]*>", r"<\1div>", html)
    return re.sub(r'<a class="(?:headerlink|toc-backref)"[^>]*>(.*?)</a>', r"\1", html)


def _as_code(match: re.Match[str]) -> str:
    return f"<code>{re.sub('</?span[^>]*>', '', match.group(1))}</code>"


def _know(source: str, notes: Notes) -> None:
    """Teach docutils every role and directive that the source uses.

    Its registries belong to the process; what we add is the same for every file.
    """
    for name in set(_ROLE.findall(source)):
        if name.lower() not in english.roles:
            roles.register_local_role(name.lower(), cast(Any, _role))
    for name in set(_DIRECTIVE.findall(source)):
        low = name.lower()
        if low in _KNOWN_DIRECTIVES:
            directives.register_directive(low, _KNOWN_DIRECTIVES[low])
        elif low in _NAVIGATION:
            directives.register_directive(low, _Dropped)
        elif low not in english.directives:
            notes.add(f"the directive {name!r} is not known; its content was kept as text")
            directives.register_directive(low, _Unwrapped)


def _role(
    name: str, rawtext: str, text: str, *_: object, **__: object
) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    """Any role: its title without its target, as code, bold or plain text."""
    text = text.replace("\x00", "\\")
    match = _TITLED_ROLE.match(text)
    shown = match.group(1) if match and match.group(1) else text.lstrip("!~")
    low = name.lower()
    if low in {"doc", "ref", "any", "term"} and not match:
        shown = _words(shown) if low == "doc" else shown.rsplit(":", 1)[-1]
    if low in _LITERAL_ROLES:
        return [nodes.literal(rawtext, shown)], []
    if low in _STRONG_ROLES:
        return [nodes.strong(rawtext, shown.replace("&", "").replace("-->", "→"))], []
    return [nodes.Text(shown)], []


def _words(target: str) -> str:
    return re.sub(r"[-_]+", " ", target.rstrip("/").rsplit("/", 1)[-1])


class _Any(Directive):
    """Takes any arguments and options; what it means is up to its kinds."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar[Any] = None

    def run(self) -> list[nodes.Node]:
        raise NotImplementedError

    def parsed(self, lines: StringList | None = None) -> list[nodes.Node]:
        box = nodes.container()
        self.state.nested_parse(self.content if lines is None else lines, self.content_offset, box)
        return list(box.children)

    def labelled(self, label: str, body: list[nodes.Node]) -> list[nodes.Node]:
        """A label in bold, inside the first paragraph where there is one."""
        if body and isinstance(body[0], nodes.paragraph):
            body[0].insert(0, nodes.Text(" "))
            body[0].insert(0, nodes.strong("", f"{label}:"))
            return body
        return [nodes.paragraph("", "", nodes.strong("", f"{label}:")), *body]

    def paragraphs(self, text: str) -> list[nodes.Node]:
        """A directive's argument as a paragraph, or nothing."""
        if not text.strip():
            return []
        inline, _ = self.state.inline_text(text, self.lineno)
        return [nodes.paragraph("", "", *inline)]

    def bold(self, text: str) -> nodes.paragraph:
        inline, _ = self.state.inline_text(text, self.lineno)
        return nodes.paragraph("", "", nodes.strong("", "", *inline))


class _Dropped(_Any):
    def run(self) -> list[nodes.Node]:
        return []


class _Unwrapped(_Any):
    """Tabs, cards, dropdowns: the title in bold, then the content."""

    def run(self) -> list[nodes.Node]:
        content, argument = self.content, " ".join(self.arguments).strip()
        while content and re.match(r":[\w-]+:", content[0]):
            content = content[1:]
        argument = re.sub(r"^:[\w-]+:\s*", "", argument)
        body = self.parsed(content) if content else []
        return [self.bold(argument), *body] if argument and body else body


class _Noted(_Any):
    def run(self) -> list[nodes.Node]:
        argument = " ".join(self.arguments).strip()
        body = self.parsed()
        if self.name in _VERSIONS:
            version, _, argument = argument.partition("\n")
            label = f"{_VERSIONS[self.name]} {version}".strip()
            return self.labelled(label, [*self.paragraphs(argument), *body])
        if self.name == "admonition":
            return self.labelled(argument.rstrip(":") or "Note", body)
        body = [*self.paragraphs(argument), *body]
        return self.labelled(label_of(self.name) or self.name.capitalize(), body)


class _Code(_Any):
    def run(self) -> list[nodes.Node]:
        lines = list(self.content)
        while lines and re.match(r":[\w-]+:", lines[0].strip()):
            lines.pop(0)
        language = escape(" ".join(self.arguments).split("\n")[0].strip())
        code = escape("\n".join(lines).strip("\n"))
        html = f'<pre><code class="language-{language}">{code}</code></pre>'
        return [nodes.raw("", html, format="html")] if code else []


_KNOWN_DIRECTIVES: dict[str, type[Directive]] = {
    **dict.fromkeys(_NOTES, _Noted),
    **dict.fromkeys(("code-block", "sourcecode", "code", "prompt", "parsed-literal"), _Code),
    **dict.fromkeys(
        ("tab", "tabs", "tab-set", "tab-item", "group-tab", "dropdown", "card", "grid", "only",
         "grid-item", "grid-item-card", "collapse", "details", "rubric", "topic", "sidebar"),
        _Unwrapped,
    ),
}  # fmt: skip
