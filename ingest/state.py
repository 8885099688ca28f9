"""What a snapshot remembers of the ingest that made it: which bytes became which articles.

With it the next run neither converts nor cuts a file that has not changed. It is stored inside the
snapshot, so a rollback takes the right memory along.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ingest.errors import FileRefused
from ingest.sources import Entry, Tree

READING_RULES = "2"
"""Changes whenever a reader would make another text of the same bytes."""


@dataclass(frozen=True)
class FileMemory:
    """One file of a former run: its fingerprint, what it became, and what it was made with.

    `depends` maps each included path to its fingerprint, or to None when it was looked for and not
    there. `notes` are repeated in every report until the file is mended.
    """

    fingerprint: str
    articles: tuple[str, ...]
    notes: tuple[str, ...] = ()
    depends: Mapping[str, str | None] = field(default_factory=dict)
    etag: str | None = None
    modified: str | None = None


@dataclass(frozen=True)
class Memory:
    """All files of a former run, and for renamed articles the ids that they had before."""

    files: Mapping[str, FileMemory] = field(default_factory=dict)
    formerly: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def to_text(self) -> str:
        """Write it for the snapshot."""
        files = {
            key: {
                "fingerprint": one.fingerprint,
                "articles": list(one.articles),
                **({"notes": list(one.notes)} if one.notes else {}),
                **({"depends": dict(one.depends)} if one.depends else {}),
                **({"etag": one.etag} if one.etag else {}),
                **({"modified": one.modified} if one.modified else {}),
            }
            for key, one in self.files.items()
        }
        formerly = {key: list(ids) for key, ids in self.formerly.items()}
        return json.dumps(
            {"reading_rules": READING_RULES, "files": files, "formerly": formerly},
            ensure_ascii=False,
            separators=(",", ":"),
        )

    @classmethod
    def from_text(cls, text: str) -> "Memory":
        """Read it back; what another version of the readers wrote remembers no files."""
        try:
            stored = json.loads(text) if text else {}
            formerly = {k: tuple(v) for k, v in stored.get("formerly", {}).items()}
            if stored.get("reading_rules") != READING_RULES:
                return cls(formerly=formerly)
            files = {
                key: FileMemory(
                    fingerprint=one["fingerprint"],
                    articles=tuple(one["articles"]),
                    notes=tuple(one.get("notes", ())),
                    depends=one.get("depends", {}),
                    etag=one.get("etag"),
                    modified=one.get("modified"),
                )
                for key, one in stored["files"].items()
            }
        except (ValueError, KeyError, TypeError, AttributeError):
            return cls()
        return cls(files, formerly)


class WatchedTree:
    """A tree that notes which files a reader asked for, so that includes count as its source."""

    def __init__(self, tree: Tree, own: str) -> None:
        """Watch `tree` for the reader of the file `own`."""
        self._tree = tree
        self._own = own
        self.asked: dict[str, str | None] = {}

    def entries(self) -> Iterator[Entry | FileRefused]:
        """The tree's files."""
        return self._tree.entries()

    def read(self, path: str) -> bytes:
        """Read a file and note it."""
        data = self._tree.read(path)
        if path != self._own:
            self.asked[path] = fingerprint(data)
        return data

    def holds(self, path: str) -> bool:
        """Whether the tree has a file; that it has not is noted too."""
        held = self._tree.holds(path)
        if not held and path != self._own:
            self.asked[path] = None
        return held


def fingerprint(data: bytes, *context: str | None) -> str:
    """A short name for these bytes in this context."""
    digest = hashlib.blake2b(data, digest_size=12)
    for part in context:
        digest.update(b"\x00" + (part or "").encode())
    return digest.hexdigest()


def still_depends(memory: FileMemory, tree: Tree) -> bool:
    """Whether everything a file was made with is as it was."""
    for path, former in memory.depends.items():
        try:
            now = fingerprint(tree.read(path)) if tree.holds(path) else None
        except FileRefused:
            now = None
        if now != former:
            return False
    return True
