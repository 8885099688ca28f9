"""What a snapshot says about itself, and how its files are checked."""

import hashlib
import json
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import NewType

from knowledge import cores
from knowledge.errors import KnowledgeError, SnapshotCorrupt, SnapshotMismatch

Generation = NewType("Generation", str)
"""A snapshot's name: a counter and the start of its content's hash ("000012-3fa9c1d2")."""

FORMAT = 3
FILE = "manifest.json"
_HASH_CHARS = 8
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True)
class Manifest:
    """What a snapshot holds and what made it.

    `checksums` maps each file (relative, with "/") to its SHA-256. `content` is a hash of the
    texts, the model and the rules (`layout.texts_of`), so two snapshots of one content are
    recognised whenever and wherever they were made.
    """

    format: int
    model_id: str
    dimensions: int
    passage_rules: str
    created_at: datetime
    article_count: int
    passage_count: int
    sentence_count: int
    token_count: int
    content: str
    checksums: Mapping[str, str]

    def to_json(self) -> str:
        """Write it as readable JSON."""
        fields = asdict(self) | {"created_at": self.created_at.isoformat()}
        return json.dumps(fields, indent=1, ensure_ascii=False, sort_keys=True)

    @property
    def hash_name(self) -> str:
        """The part of a generation's name that comes from the content."""
        return self.content[:_HASH_CHARS]


def read(folder: Path) -> Manifest:
    """Read a snapshot's manifest.

    Raises SnapshotCorrupt when there is none that can be read, SnapshotMismatch when another
    version of the format wrote it.
    """
    try:
        fields = json.loads((folder / FILE).read_text(encoding="utf-8"))
        found = int(fields["format"])
        if found == FORMAT:
            return Manifest(**fields | {"created_at": datetime.fromisoformat(fields["created_at"])})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SnapshotCorrupt(
            f"Snapshot {folder.name} has no readable manifest. Roll back to another snapshot, or "
            "publish again with `warmline ingest --force`."
        ) from error
    raise SnapshotMismatch(
        f"Snapshot {folder.name} has format {found}, this version reads format {FORMAT}. Publish "
        "again with `warmline ingest --force`."
    )


def checksums(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below `folder` but the manifest, by relative path."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != FILE]
    # Hashing leaves Python's lock alone: where a core is spare, each of ours has a file.
    with ThreadPoolExecutor(cores.COUNT if cores.spare() else 1, "checksum") as hashing:
        sums = list(hashing.map(_sha256, paths))
    return dict(zip((path.relative_to(folder).as_posix() for path in paths), sums, strict=True))


def verify(folder: Path, manifest: Manifest) -> None:
    """Raise SnapshotCorrupt, naming the file, unless every file is what the manifest says."""
    found = checksums(folder)
    wrong = [name for name, value in manifest.checksums.items() if found.get(name) != value]
    if wrong:
        raise SnapshotCorrupt(
            f"Snapshot {folder.name}: {wrong[0]} is missing or damaged ({len(wrong)} of "
            f"{len(manifest.checksums)} files). Roll back with `warmline snapshots rollback`, or "
            "publish again with `warmline ingest --force`."
        )


def is_whole(folder: Path) -> bool:
    """Whether a snapshot is there, in this version's format, and undamaged."""
    try:
        verify(folder, read(folder))
    except (KnowledgeError, OSError):
        return False
    return True


def sync(path: Path) -> None:
    """Flush a file's or a folder's data to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
