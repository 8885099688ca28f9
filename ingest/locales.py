"""An article's language from where its file lies: `content/de/…`, `faq.fr.md`, `faq-fr_FR.md`."""

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable

from ingest.readers.reading import normal_locale

# ISO 639-1 codes of languages that help centres are written in. Not all 184: `it`, `no`, `is` and
# `id` are also words, so a folder counts only beside another language's folder.
_LANGUAGES = frozenset(
    ["ar", "az", "be", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "el", "en", "es", "et", "eu",
     "fa", "fi", "fil", "fr", "ga", "gl", "gu", "he", "hi", "hr", "hu", "hy", "id", "is", "it", "ja",
     "ka", "kk", "km", "kn", "ko", "ky", "lo", "lt", "lv", "mk", "ml", "mn", "mr", "ms", "my", "nb",
     "ne", "nl", "nn", "no", "pa", "pl", "pt", "ro", "ru", "si", "sk", "sl", "sq", "sr", "sv", "sw",
     "ta", "te", "th", "tl", "tr", "uk", "ur", "uz", "vi", "zh", "zu"]
)  # fmt: skip
_SUFFIX = re.compile(r"[.\-_]([a-z]{2}[-_][A-Z]{2})\Z|\.([a-z]{2})\Z")


def is_language(name: str) -> bool:
    """Whether a name is a language tag such as `de`, `pt-BR` or `zh-cn`."""
    tag = normal_locale(name)
    return tag is not None and tag.split("-")[0] in _LANGUAGES and (len(name) != 3)


def language_folders(paths: Iterable[str]) -> frozenset[str]:
    """Folders that stand for a language: their names are tags, and so is a neighbour's."""
    neighbours: dict[str, set[str]] = defaultdict(set)
    for path in paths:
        parts = posixpath.dirname(path).split("/")
        for depth, name in enumerate(parts):
            if name and is_language(name):
                neighbours["/".join(parts[:depth])].add(name)
    return frozenset(
        posixpath.join(parent, name)
        for parent, names in neighbours.items()
        if len({name.lower()[:2] for name in names}) > 1 or "en" in names
        for name in names
    )


def locale_of(path: str, folders: frozenset[str]) -> str | None:
    """The language of a file, from its folders or the end of its name; None when neither tells."""
    parts = posixpath.dirname(path).split("/")
    for depth in range(len(parts), 0, -1):
        if "/".join(parts[:depth]) in folders:
            return normal_locale(parts[depth - 1])
    match = _SUFFIX.search(posixpath.splitext(posixpath.basename(path))[0])
    tag = match and (match.group(1) or match.group(2))
    return normal_locale(tag) if tag and is_language(tag) else None
