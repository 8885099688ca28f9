"""Notes, tips, warnings and tabs of the common Markdown dialects, made plain Markdown.

A note becomes a paragraph that starts with its label in bold; a tab becomes its name in bold above
its content. Known: `:::note` (Docusaurus, VitePress), `!!! note` and `=== "Tab"` (MkDocs),
`> [!NOTE]` (GitHub).
"""

import re

_LABELS = {
    "note": "Note", "info": "Note", "information": "Note", "primary": "Note", "tip": "Tip",
    "hint": "Tip", "success": "Tip", "check": "Tip", "important": "Important",
    "warning": "Warning", "warn": "Warning", "caution": "Caution", "attention": "Caution",
    "danger": "Danger", "error": "Danger", "alert": "Warning", "callout": "Note",
    "seealso": "See also", "example": "Example", "question": "Question", "faq": "Question",
}  # fmt: skip
_COLONS = re.compile(r"^([ \t]*):{3,}[ \t]*(?:\{?([\w-]+)\}?)?[ \t]*(?:\[(.*?)\]|(.*?))[ \t]*$")
_BANGS = re.compile(
    r"^([ \t]*)(?:!!!|\?\?\?\+?)[ \t]+([\w-]+)(?:[ \t]+[\w-]+)*(?:[ \t]+\"(.*?)\")?[ \t]*$"
)
_MKDOCS_TAB = re.compile(r"^([ \t]*)===[!+]?[ \t]+\"(.+?)\"[ \t]*$")
_ALERT = re.compile(r"^([ \t]*)>[ \t]*\[!(\w+)\][ \t]*(.*)$")
_STARTS_BLOCK = re.compile(r"^\s*(?:[-*+]\s|\d+[.)]\s|#{1,6}\s|\||>|:::|!!!|```|~~~|<|\ue000)")
_MKDOCS_INDENT = 4


def label_of(kind: str) -> str | None:
    """The word a reader sees for a kind of note (`warning` gives `Warning`), or None."""
    return _LABELS.get(kind.lower())


def noted(label: str, content: str) -> str:
    """Put a label in bold before a note's content: in its first line where that is plain text."""
    label = label.rstrip(":").strip()
    body = content.strip("\n")
    end = "" if label.endswith(("?", "!", ".")) else ":"
    if not body.strip():
        return f"**{label}**" if label else ""
    indent = re.match(r"[ \t]*", body)
    lead = indent.group(0) if indent else ""
    joined = "\n" + "\n" if _STARTS_BLOCK.match(body) else " "
    return f"{lead}**{label}{end}**{joined}{body if joined != ' ' else body[len(lead) :]}"


def plain_notes(text: str) -> str:
    """Rewrite every note and tab of a text. Code must be hidden before."""
    lines = text.split("\n")
    return "\n".join(_colon_notes(_quoted_alerts(_indented_notes(lines))))


def _indented_notes(lines: list[str]) -> list[str]:
    out: list[str] = []
    at = 0
    while at < len(lines):
        note, tab = _BANGS.match(lines[at]), _MKDOCS_TAB.match(lines[at])
        match = note or tab
        if match is None:
            out.append(lines[at])
            at += 1
            continue
        depth = len(match.group(1)) + _MKDOCS_INDENT
        end = at + 1
        while end < len(lines) and (not lines[end].strip() or _indent(lines[end]) >= depth):
            end += 1
        body = [line[_MKDOCS_INDENT:] if line.strip() else "" for line in lines[at + 1 : end]]
        inner = _indented_notes(body)
        if note:
            label = note.group(3) or label_of(note.group(2)) or note.group(2).capitalize()
            out += ["", noted(label, "\n".join(inner)), ""]
        else:
            out += ["", f"{match.group(1)}**{match.group(2)}**", "", *inner, ""]
        at = end
    return out


def _quoted_alerts(lines: list[str]) -> list[str]:
    out: list[str] = []
    at = 0
    while at < len(lines):
        match = _ALERT.match(lines[at])
        if match is None:
            out.append(lines[at])
            at += 1
            continue
        end = at + 1
        while end < len(lines) and lines[end].lstrip().startswith(">"):
            end += 1
        body = [re.sub(r"^[ \t]*>[ \t]?", match.group(1), line) for line in lines[at + 1 : end]]
        label = match.group(3).strip() or label_of(match.group(2)) or match.group(2).capitalize()
        out += ["", noted(label, "\n".join(body)), ""]
        at = end
    return out


def _colon_notes(lines: list[str]) -> list[str]:
    """`:::` containers: labelled notes become paragraphs, others (tabs, cards) are unwrapped."""
    out: list[str] = []
    label: str | None = None
    for line in lines:
        match = _COLONS.match(line)
        if match is None:
            if label is not None and line.strip():
                plain = not _STARTS_BLOCK.match(line)
                out += [f"**{label}:** {line.strip()}"] if plain else [f"**{label}:**", "", line]
                label = None
            else:
                out.append(line)
            continue
        kind, title = match.group(2) or "", (match.group(3) or match.group(4) or "").strip()
        title = re.sub(r"\{.*?\}", "", title).strip().strip('"')
        out.append("")
        known = label_of(kind) if kind else None
        if known or title:
            label = (title or known or "").rstrip(":")
        elif not kind:
            label = None
    return out


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
