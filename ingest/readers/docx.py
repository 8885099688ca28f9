"""Word documents (DOCX), through mammoth's HTML."""

import io
import re
import zipfile
from xml.etree import ElementTree

import mammoth

from ingest.errors import FileRefused
from ingest.readers.reading import Facts, Raw, Reading, article_from, facts_from, prefer
from ingest.readers.rendering import parse_html, to_commonmark

# A document's XML unpacked; a novel is 10 MB.
_MAX_UNPACKED_BYTES = 300 * 1024 * 1024
_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
p[style-name='Code'] => pre:separator('\\n')
p[style-name='HTML Preformatted'] => pre:separator('\\n')
"""
_CORE = {
    "{http://purl.org/dc/elements/1.1/}title": "title",
    "{http://purl.org/dc/elements/1.1/}description": "description",
    "{http://purl.org/dc/elements/1.1/}language": "language",
    "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}keywords": "keywords",
    "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}category": "category",
    "{http://purl.org/dc/terms/}modified": "modified",
}
_GENERIC = re.compile(
    r"(?i)(?:document\d*|untitled|word document|microsoft word.*|python-docx.*)?\Z"
)


def read_docx(raw: Raw) -> Reading:
    """Read one document. Its title is its own property, else its first heading."""
    facts = _facts(raw)
    try:
        result = mammoth.convert_to_html(
            io.BytesIO(raw.data),
            style_map=_STYLES,
            convert_image=mammoth.images.img_element(lambda _: {"src": "image"}),
        )
    except (zipfile.BadZipFile, KeyError, ValueError, AttributeError, TypeError, OSError) as error:
        raise FileRefused(f"{raw.path}: cannot be read as DOCX ({error}).") from error
    soup = parse_html(f"<body>{result.value}</body>")
    heading = soup.find(re.compile(r"^h[1-3]$"))
    first = heading.get_text(" ", strip=True) if heading else None
    text = to_commonmark(soup)
    if not text.strip():
        return Reading(skipped="empty: no text in the document")
    titled = Facts(title=None if _GENERIC.match(facts.title or "") else facts.title)
    own = prefer(prefer(Facts(title=first), titled), facts)
    return Reading((article_from(raw, own, text),))


def _facts(raw: Raw) -> Facts:
    try:
        with zipfile.ZipFile(io.BytesIO(raw.data)) as archive:
            if sum(info.file_size for info in archive.infolist()) > _MAX_UNPACKED_BYTES:
                raise FileRefused(f"{raw.path}: unpacks to more than 300 MB, like a zip bomb.")
            if any(info.flag_bits & 0x1 for info in archive.infolist()):
                raise FileRefused(f"{raw.path}: it is encrypted.")
            properties = archive.read("docProps/core.xml")
    except KeyError:
        return Facts()
    except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
        raise FileRefused(f"{raw.path}: cannot be read as DOCX ({error}).") from error
    # Entities are where XML attacks hide; a property file has no use for them.
    if b"<!DOCTYPE" in properties or b"<!ENTITY" in properties:
        return Facts()
    try:
        root = ElementTree.fromstring(properties)  # noqa: S314 - no entities, see above
    except ElementTree.ParseError:
        return Facts()
    found = {_CORE[e.tag]: (e.text or "").strip() for e in root if e.tag in _CORE and e.text}
    return facts_from(found)
