"""Modules that are always wanted together, sent as one file; sources stay modules.

Done at start-up, like slimming: one file compresses better than thirteen, and costs one answer's
headers instead of thirteen. A packed module is `entry` with every module of its folder that it
imports, each in a function of its own, so that names which a module keeps to itself cannot meet
those of another. The pack exports what its modules export, and whatever is loaded later imports it
from there: a module never exists twice.

Only what our style writes is understood: `import { a, b } from "./x.js";` or `import "./x.js";`
at the top, and `export` before a declaration. Anything else stops the start, with its line.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

_IMPORT = re.compile(r'^import (?:\{(?P<names>[^}]*)\} from )?"\./(?P<name>[\w-]+\.js)";\n', re.M)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:const|function|class) )", re.M)
_EXPORTED = re.compile(r"^export (?:async )?(?:const|function|class) (\w+)", re.M)
_FROM = re.compile(r'^(?P<what>(?:import|export) \{[^}]*\}) from "\./(?P<name>[\w-]+\.js)";', re.M)
_READ = re.compile(r"""(?:var\(|["'])(--[a-z][\w-]*)""")
_DECLARED = re.compile(r"^[ \t]*(?P<name>--[a-z][\w-]*):[^;{}]*;", re.M)
_SHEET = re.compile(r'^@import "(?P<name>[^"]+)";\n', re.M)


class NotPackable(Exception):
    """A module says something that packing does not understand; the message shows the line."""


@dataclass(frozen=True)
class Pack:
    """One packed script. `modules` are the names that it holds, the entry's last."""

    entry: str
    source: str
    modules: tuple[str, ...]


@dataclass
class _Packing:
    sources: Mapping[str, str]
    order: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    def visit(self, name: str) -> None:
        if name in self.order:
            return
        if name in self.open:
            raise NotPackable(f"{name} imports itself through {' → '.join(self.open)}")
        self.open.append(name)
        for found in _IMPORT.finditer(self.sources[name]):
            self.visit(found["name"])
        self.open.remove(name)
        self.order.append(name)


def pack(sources: Mapping[str, str], entry: str) -> Pack:
    """Fold `entry` and what it imports into one module.

    Args:
        sources: the texts of a folder's modules by name.
        entry: the module that a page loads; it exports nothing.

    Raises:
        NotPackable: an unknown form of import or export, a circle, or a name exported twice.
    """
    packing = _Packing(sources)
    packing.visit(entry)
    parts: list[str] = []
    owners: dict[str, str] = {}
    for name in packing.order:
        names = _EXPORTED.findall(sources[name])
        for one in names:
            if owners.setdefault(one, name) != name:
                raise NotPackable(f"{name} and {owners[one]} both export {one}")
        body = _body(name, sources[name])
        if name == entry:
            parts.append(f"{{\n{body}}}\n")
        elif names:
            listed = ", ".join(names)
            parts.append(
                f"const {{ {listed} }} = (() => {{\n{body}return {{ {listed} }};\n}})();\n"
            )
        else:
            parts.append(f"(() => {{\n{body}}})();\n")
    parts.append(f"export {{ {', '.join(owners)} }};\n")
    return Pack(entry, "".join(parts), tuple(packing.order))


def _body(name: str, source: str) -> str:
    body = _EXPORT.sub("", _IMPORT.sub("", source))
    for line in body.splitlines():
        if line.startswith(("import ", "export ")):
            raise NotPackable(f"{name}: {line}")
    return body


def imports_from_pack(source: str, made: Pack) -> str:
    """Let a module that is loaded later import from the pack what the pack holds."""

    def moved(found: re.Match[str]) -> str:
        return (
            f'{found["what"]} from "./{made.entry}";' if found["name"] in made.modules else found[0]
        )

    return _FROM.sub(moved, source)


def without_unused(sheet: str, users: Iterable[str]) -> str:
    """Drop the custom properties that a sheet declares and neither it nor `users` read.

    Read is what stands in `var(--…)`, or in quotes in a script.
    """
    read = {name for text in (sheet, *users) for name in _READ.findall(text)}
    return _DECLARED.sub(lambda found: found[0] if found["name"] in read else "", sheet)


def fold_sheets(source: str, read: Callable[[str], str]) -> str:
    """Put the sheets that a sheet imports at its top in their places; `read` gives them by name."""
    return _SHEET.sub(lambda found: read(found["name"]) + "\n", source)
