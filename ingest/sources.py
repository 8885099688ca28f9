"""Where articles come from: what an operator names, and the files found behind the name.

A source is a folder, a single file, a zip archive, or web addresses. `SourceSpec.parse` reads the
operator's words; `open_tree` gives the files behind folders, files and archives as one `Tree`.
Nothing here decides what a file means: that is the readers' work.
"""

import os
import re
import stat
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Protocol

from ingest.errors import FileRefused, SourceRefused

MAX_FILE_BYTES = 50 * 1024 * 1024
"""Larger files are refused by name: no help article is this big, and one must not fill memory."""
MAX_ARCHIVE_BYTES = 1024 * 1024 * 1024
"""All files of one archive together, unpacked; beyond it the rest is refused."""
# Control characters, surrogates (bytes that are no UTF-8), line and paragraph separators.
_UNSHOWN = frozenset({"Cc", "Cs", "Zl", "Zp"})
_UNSPEAKABLE = "its name is not plain text; rename it"
MAX_ARCHIVE_FILES = 100_000
MAX_RATIO = 200
"""Unpacked to packed size. Text packs 3 to 20 times; a bomb, a thousand times and more."""
_RATIO_MATTERS_BYTES = 1024 * 1024
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\Z")
_SCHEMES = ("http://", "https://")


@dataclass(frozen=True)
class SourceSpec:
    """One source as the operator gave it: where it is, and the name put before its paths.

    With a name, article ids are `NAME/path`; with None, `path`.
    """

    location: str
    name: str | None = None

    @classmethod
    def parse(cls, text: str) -> "SourceSpec":
        """Read `SOURCE` or `NAME=SOURCE`; a path that exists as written is never split.

        Raises SourceRefused for an empty source.
        """
        name, equals, rest = text.partition("=")
        if equals and _NAME.match(name) and not Path(text).exists():
            if not rest:
                raise SourceRefused(f"The source {text!r} has a name but no place: NAME=SOURCE.")
            return cls(rest, name)
        if not text.strip():
            raise SourceRefused("A source is empty; give a folder, a file, a zip or an address.")
        return cls(text)

    @property
    def is_web(self) -> bool:
        """Whether the source is an address rather than a place on this machine."""
        return self.location.lower().startswith(_SCHEMES)

    def article_id(self, path: str) -> str:
        """Put the source's name before a path."""
        return f"{self.name}/{path}" if self.name else path


@dataclass(frozen=True)
class Entry:
    """A file of a source: its path with `/`, and what tells whether it changed unread."""

    path: str
    size: int
    modified_ns: int


class Tree(Protocol):
    """The files of one source."""

    def entries(self) -> Iterator[Entry | FileRefused]:
        """All files in path order, hidden ones left out; a file that may not be read is an error."""
        ...

    def read(self, path: str) -> bytes:
        """Read one file whole, at most MAX_FILE_BYTES. Raises FileRefused, naming it."""
        ...

    def holds(self, path: str) -> bool:
        """Whether the path names a file of this source that may be read."""
        ...


def open_tree(spec: SourceSpec) -> Tree:
    """Open a folder, a file or a zip archive. Raises SourceRefused when there is none."""
    path = Path(spec.location)
    if not path.exists():
        raise SourceRefused(f"There is no folder, file or zip at {spec.location!r}.")
    if path.is_dir():
        return FolderTree(path)
    if path.suffix.lower() == ".zip":
        return ArchiveTree(path)
    if not path.is_file():
        raise SourceRefused(f"{spec.location!r} is neither a folder nor a file.")
    return FileTree(path)


def is_hidden(path: str) -> bool:
    """Whether any part of a path starts with a dot, or is an editor's or a system's leftover."""
    parts = PurePosixPath(path).parts
    return any(p.startswith((".", "~$")) or p.endswith("~") or p == "__MACOSX" for p in parts)


def is_speakable(path: str) -> bool:
    """Whether a path can name an article: text in UTF-8, without line breaks and the like."""
    return not any(unicodedata.category(char) in _UNSHOWN for char in path)


def speakable(path: str) -> str:
    """A path as it can be shown in one line, bytes that are no text as `\\xff`."""
    raw = os.fsencode(path).decode("utf-8", "backslashreplace")
    return "".join(char if is_speakable(char) else ascii(char)[1:-1] for char in raw)


class FolderTree:
    """A folder on this machine. Links that lead out of it are refused."""

    def __init__(self, folder: Path) -> None:
        """Take the folder; it must exist."""
        self._folder = folder
        self._real = folder.resolve()
        self._real_folder = cache(self._resolved)

    def entries(self) -> Iterator[Entry | FileRefused]:
        """All files in path order; links out of the folder and unreadable folders are errors."""
        yield from sorted(self._walk(), key=lambda e: e.path if isinstance(e, Entry) else str(e))

    def _walk(self) -> Iterator[Entry | FileRefused]:
        refused: list[FileRefused] = []

        def note(error: OSError) -> None:
            refused.append(FileRefused(f"{self._shown(error.filename)}: {error.strerror}."))

        for folder, subfolders, files in os.walk(self._folder, onerror=note):
            visible = []
            for name in sorted(subfolders):
                path = Path(folder) / name
                relative = path.relative_to(self._folder).as_posix()
                if is_hidden(name):
                    continue
                if is_speakable(relative) and path.is_symlink():
                    # A linked folder could form a circle; its files are read where they live.
                    yield FileRefused(f"{relative}: a link to a folder is not followed.")
                else:
                    visible.append(name)
            subfolders[:] = visible
            for name in files:
                if not is_hidden(name):
                    yield self._entry((Path(folder) / name).relative_to(self._folder).as_posix())
        yield from refused

    def _entry(self, relative: str) -> Entry | FileRefused:
        if not is_speakable(relative):
            return FileRefused(f"{speakable(relative)}: {_UNSPEAKABLE}.")
        try:
            found = self._inside(relative).stat()
        except FileRefused as error:
            return error
        except OSError as error:
            return FileRefused(f"{relative}: {error.strerror or error}.")
        if not stat.S_ISREG(found.st_mode):
            return FileRefused(f"{relative}: not an ordinary file.")
        return Entry(relative, found.st_size, found.st_mtime_ns)

    def read(self, path: str) -> bytes:
        """Read one file of the folder."""
        return _read_limited(self._inside(path), path)

    def holds(self, path: str) -> bool:
        """Whether the path is a file inside the folder."""
        try:
            return self._inside(path).is_file()
        except (FileRefused, OSError, ValueError):
            return False

    def _inside(self, relative: str) -> Path:
        path = self._folder / relative
        folder, _, name = relative.rpartition("/")
        try:
            # Most files are no links and stand where their folder does, which is looked up once.
            real, inside = self._real_folder(folder)
            if name in {"", ".", ".."} or _is_link(real / name):
                _, inside = self._resolved(relative)
        except RuntimeError:
            raise FileRefused(f"{relative}: a link that leads back to itself.") from None
        if not inside:
            raise FileRefused(f"{relative}: leads out of the folder {self._folder.name!r}.")
        return path

    def _resolved(self, relative: str) -> tuple[Path, bool]:
        """Where a path really is, and whether that is inside the folder."""
        real = (self._folder / relative).resolve()
        return real, real.is_relative_to(self._real)

    def _shown(self, filename: object) -> str:
        path = Path(str(filename))
        if path.is_relative_to(self._folder):
            return speakable(path.relative_to(self._folder).as_posix())
        return speakable(path.name)


def _is_link(path: Path) -> bool:
    """Whether a path is a link, as far as it can be looked at; else it may be one."""
    try:
        return path.is_symlink()
    except OSError:
        return True


class FileTree:
    """A single file, as a source of its own; its path is its name."""

    def __init__(self, file: Path) -> None:
        """Take the file; it must exist."""
        self._file = file

    def entries(self) -> Iterator[Entry | FileRefused]:
        """The one file."""
        if not is_speakable(self._file.name):
            yield FileRefused(f"{speakable(self._file.name)}: {_UNSPEAKABLE}.")
            return
        found = self._file.stat()
        yield Entry(self._file.name, found.st_size, found.st_mtime_ns)

    def read(self, path: str) -> bytes:
        """Read the file."""
        if path != self._file.name:
            raise FileRefused(f"{path}: not part of the source {self._file.name!r}.")
        return _read_limited(self._file, path)

    def holds(self, path: str) -> bool:
        """Whether the path is the file's name."""
        return path == self._file.name


class ArchiveTree:
    """A zip archive, read without unpacking it to disk; bombs and paths that climb are refused."""

    def __init__(self, file: Path) -> None:
        """Open the archive's directory. Raises SourceRefused when it is not a zip."""
        self._file = file
        try:
            with zipfile.ZipFile(file) as archive:
                infos = archive.infolist()
        except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
            raise SourceRefused(
                f"{file.name!r} cannot be read as a zip archive: {error}."
            ) from error
        if len(infos) > MAX_ARCHIVE_FILES:
            raise SourceRefused(
                f"{file.name!r} holds {len(infos)} files; at most {MAX_ARCHIVE_FILES} are read."
            )
        self._infos: dict[str, zipfile.ZipInfo] = {}
        self._refused: list[FileRefused] = []
        self._admit(infos)

    def _admit(self, infos: list[zipfile.ZipInfo]) -> None:
        total = 0
        for info in infos:
            path = info.filename.replace("\\", "/")
            if info.is_dir() or is_hidden(path.removeprefix("../")):
                continue
            total += info.file_size
            reason = _archive_objection(info, path, total)
            if path in self._infos:
                reason = "stands in the archive twice; the first is read"
            if reason:
                self._refused.append(FileRefused(f"{speakable(path)}: {reason}."))
            else:
                self._infos[path] = info

    def entries(self) -> Iterator[Entry | FileRefused]:
        """All files in path order, then those that were refused."""
        for path in sorted(self._infos):
            info = self._infos[path]
            yield Entry(path, info.file_size, info.CRC)
        yield from self._refused

    def read(self, path: str) -> bytes:
        """Unpack one file in memory, stopping at the limit whatever its header says."""
        info = self._infos.get(path)
        if info is None:
            raise FileRefused(f"{path}: not in the archive {self._file.name!r}.")
        try:
            with zipfile.ZipFile(self._file) as archive, archive.open(info) as stream:
                data = stream.read(MAX_FILE_BYTES + 1)
        except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError) as error:
            raise FileRefused(f"{path}: cannot be unpacked ({error}).") from error
        if len(data) > MAX_FILE_BYTES:
            raise FileRefused(f"{path}: larger than {MAX_FILE_BYTES // 2**20} MB unpacked.")
        return data

    def holds(self, path: str) -> bool:
        """Whether the archive has the file and it may be read."""
        return path in self._infos


def _archive_objection(info: zipfile.ZipInfo, path: str, total: int) -> str | None:
    """Say why a file of an archive may not be read, or None."""
    mode = info.external_attr >> 16
    if path.startswith("/") or ".." in PurePosixPath(path).parts or ":" in path.split("/")[0]:
        return "its path leads out of the archive"
    if not is_speakable(path):
        return _UNSPEAKABLE
    if stat.S_ISLNK(mode):
        return "a link inside an archive is not followed"
    if info.flag_bits & 0x1:
        return "it is encrypted"
    if info.file_size > MAX_FILE_BYTES:
        return f"larger than {MAX_FILE_BYTES // 2**20} MB unpacked"
    if info.file_size > _RATIO_MATTERS_BYTES and info.file_size > MAX_RATIO * info.compress_size:
        return f"packed more than {MAX_RATIO} times, like a zip bomb"
    if total > MAX_ARCHIVE_BYTES:
        return f"the archive unpacks to more than {MAX_ARCHIVE_BYTES // 2**20} MB"
    return None


def _read_limited(file: Path, shown: str) -> bytes:
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise FileRefused(f"{shown}: {error.strerror or error}.") from error
    if len(data) > MAX_FILE_BYTES:
        raise FileRefused(f"{shown}: larger than {MAX_FILE_BYTES // 2**20} MB.")
    return data
