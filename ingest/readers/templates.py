"""Template tags in Markdown: Jekyll and Liquid, GitBook, Hugo.

Includes are resolved from the source where it has them; what only the site's own build could know
(loops over its pages, its variables) is left out and noted. Code must be hidden before.
"""

import re

from ingest.errors import FileRefused
from ingest.readers.admonitions import label_of, noted
from ingest.readers.reading import Notes, Raw, relative_path
from ingest.readers.vault import Vault

_MAX_DEPTH = 8  # includes inside includes; more than this is a circle
_INCLUDE = re.compile(
    r"\{%-?\s*(include|include_relative|include_cached|render)\s+[\"']?([^\s\"'%]+)[\"']?(.*?)-?%\}",
    re.DOTALL,
)
_PAIRED_GONE = re.compile(r"\{%-?\s*(for|comment|capture|tablerow)\b.*?-?%\}", re.DOTALL)
_ELSE = re.compile(r"\{%-?\s*(?:else|elsif|when)\b.*?-?%\}", re.DOTALL)
_IF = re.compile(r"\{%-?\s*(if|unless|case)\b(?:(?!%\}).)*%\}((?:(?!\{%-?\s*(?:if|unless|case)\b).)*?)"
                 r"\{%-?\s*end\1\s*-?%\}", re.DOTALL)  # fmt: skip
_RAW = re.compile(r"\{%-?\s*raw\s*-?%\}(.*?)\{%-?\s*endraw\s*-?%\}", re.DOTALL)
_HIGHLIGHT = re.compile(
    r"\{%-?\s*highlight\s+(\w+).*?-?%\}\n?(.*?)\{%-?\s*endhighlight\s*-?%\}", re.DOTALL
)
_GITBOOK_HINT = re.compile(
    r"\{%-?\s*hint\s+style=[\"'](\w+)[\"'].*?%\}(.*?)\{%-?\s*endhint\s*-?%\}", re.DOTALL
)
_TITLED = re.compile(r"\{%-?\s*(?:tab|step|content-ref)\s+[^%]*?title=[\"'](.*?)[\"'].*?%\}")
_LINK_TAG = re.compile(r"\{%-?\s*(?:link|post_url)\s+(\S+?)\s*-?%\}")
_TAG = re.compile(r"\{%-?\s*(\w*).*?-?%\}", re.DOTALL)
_VALUE = re.compile(r"\{\{-?\s*(.*?)\s*-?\}\}", re.DOTALL)
_LITERAL = re.compile(r"^[\"'](.*?)[\"'](?:\s*\||$)")
_SHORTCODE = re.compile(
    r"\{\{[<%]\s*(/?)\s*([\w./-]+)((?:\"[^\"]*\"|`[^`]*`|[^\"`>%]|[>%](?!\}\}))*?)(/?)\s*[>%]\}\}"
)
_ARGUMENT = re.compile(r"(?:([\w-]+)=)?(?:\"([^\"]*)\"|`([^`]*)`|([^\s\"`]+))")
_BLOCK_NOTES = {
    "hint",
    "notice",
    "note",
    "alert",
    "callout",
    "admonition",
    "warning",
    "tip",
    "info",
}


def plain_templates(
    text: str, raw: Raw, page: dict[str, object], vault: Vault, notes: Notes
) -> str:
    """Resolve or drop every template tag of a text."""
    text = _hugo(text, notes)
    site = any(raw.tree.holds(name) for name in ("_config.yml", "_config.yaml"))
    liquid = bool("{%" in text or site or re.search(r"\{\{-?\s*(?:site|page|include)\.", text))
    text = _RAW.sub(lambda m: vault.keep(m.group(1)), text)
    text = _HIGHLIGHT.sub(
        lambda m: vault.keep(f"```{m.group(1)}\n{m.group(2).rstrip()}\n```"), text
    )
    if not liquid:
        return text
    text = _includes(text, raw, vault, notes, depth=0)
    text = _RAW.sub(lambda m: vault.keep(m.group(1)), text)
    text = _GITBOOK_HINT.sub(
        lambda m: "\n\n" + noted(label_of(m.group(1)) or "Note", m.group(2)) + "\n\n", text
    )
    text = _TITLED.sub(lambda m: f"\n\n**{m.group(1)}**\n\n", text)
    text = _without_loops(text, notes)
    while _IF.search(text):
        text = _IF.sub(lambda m: _ELSE.split(m.group(2))[0], text)
    text = _LINK_TAG.sub(lambda m: m.group(1), text)
    text = _TAG.sub("", text)
    return _VALUE.sub(lambda m: _value(m.group(1), page, notes), text)


def _includes(text: str, raw: Raw, vault: Vault, notes: Notes, depth: int) -> str:
    def resolve(match: re.Match[str]) -> str:
        name = match.group(2)
        if depth >= _MAX_DEPTH:
            notes.add(f"include {name!r} goes round in a circle; left out")
            return ""
        content = _included(name, match.group(1), raw)
        if content is None:
            notes.add(f"include {name!r} is not in the source; left out")
            return ""
        return _includes(vault.hide(content.strip()), raw, vault, notes, depth + 1)

    return _INCLUDE.sub(resolve, text)


def _included(name: str, kind: str, raw: Raw) -> str | None:
    names = [name] if "." in name.rsplit("/", 1)[-1] else [name, f"{name}.md", f"{name}.html"]
    for candidate in names:
        tries = [f"/_includes/{candidate}", f"/_snippets/{candidate}", candidate]
        if kind == "include_relative" or candidate.startswith("."):
            tries = [candidate]
        for place in tries:
            try:
                path = relative_path(raw.path, place)
                if raw.tree.holds(path):
                    data = raw.tree.read(path).decode("utf-8", errors="replace")
                    return re.sub(
                        r"\A\ufeff?---\n.*?\n---\n", "", data.replace("\r\n", "\n"), flags=re.DOTALL
                    )
            except FileRefused:
                continue
    return None


def _without_loops(text: str, notes: Notes) -> str:
    """Drop loops and captures with what they hold: their items exist only in the site's build."""
    while match := _PAIRED_GONE.search(text):
        kind = match.group(1)
        depth, at = 1, match.end()
        either = re.compile(rf"\{{%-?\s*(end)?{kind}\b.*?-?%\}}", re.DOTALL)
        while depth and (found := either.search(text, at)):
            depth += -1 if found.group(1) else 1
            at = found.end()
        if kind in {"for", "tablerow"}:
            notes.add("a template loop was left out: its items exist only in the site's build")
        text = text[: match.start()] + text[at:]
    return text


def _value(expression: str, page: dict[str, object], notes: Notes) -> str:
    if literal := _LITERAL.match(expression):
        return literal.group(1)
    name = expression.split("|")[0].strip()
    if name in {"site.baseurl", "site.url", "site.github.url", "base_path"}:
        return ""
    if name.startswith("page."):
        value = page.get(name.removeprefix("page."))
        if isinstance(value, str | int | float):
            return str(value)
    if name:
        notes.add(f"the template value {name!r} is known only to the site's build; left out")
    return ""


def _hugo(text: str, notes: Notes) -> str:
    """Shortcodes: notes and figures by their meaning, other pairs unwrapped, other singles out."""
    out: list[str] = []
    at = 0
    open_notes: list[str] = []
    for match in _SHORTCODE.finditer(text):
        closing, name, rest = match.group(1), match.group(2).lower(), match.group(3)
        out.append(text[at : match.start()])
        at = match.end()
        arguments = _arguments(rest)
        if closing:
            out.append(_closed(name, open_notes, out))
        elif name in _BLOCK_NOTES and f"/{match.group(2)}" in text[at:].replace(" ", ""):
            kind = arguments.get("style") or arguments.get("type") or arguments.get("0") or name
            open_notes.append(arguments.get("title") or label_of(kind) or "Note")
            out.append("\ue002")
        else:
            out.append(_single(name, arguments, notes))
    out.append(text[at:])
    return "".join(out).replace("\ue002", "")


def _closed(name: str, open_notes: list[str], out: list[str]) -> str:
    if name not in _BLOCK_NOTES or not open_notes or "\ue002" not in out:
        return ""
    start = len(out) - 1 - out[::-1].index("\ue002")
    content = "".join(out[start + 1 :])
    del out[start:]
    return noted(open_notes.pop(), content) + "\n\n"


def _single(name: str, arguments: dict[str, str], notes: Notes) -> str:
    if name in {"ref", "relref", "page-ref"}:
        target = arguments.get("page") or arguments.get("path") or arguments.get("0") or ""
        words = re.sub(r"[-_]+", " ", target.rstrip("/").rsplit("/", 1)[-1].split(".")[0])
        return target if name != "page-ref" else f"[{words}]({target})" if target else ""
    if name in {"tab", "tabitem", "details", "expand", "accordion"}:
        title = arguments.get("name") or arguments.get("title") or arguments.get("summary")
        title = title or arguments.get("header") or arguments.get("0")
        return f"\n\n**{title}**\n\n" if title else ""
    if "url" in arguments and "caption" in arguments:
        return f"[{arguments['caption']}]({arguments['url']})"
    if name == "figure":
        return ""
    if arguments or name not in {"tabs", "steps", "columns", "column", "div"}:
        notes.add(f"shortcode {name!r} was left out")
    return ""


def _arguments(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for index, match in enumerate(_ARGUMENT.finditer(text)):
        value = next((g for g in match.groups()[1:] if g is not None), "")
        found[match.group(1) or str(index)] = value
    return found
