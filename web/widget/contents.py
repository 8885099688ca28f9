"""What an uploaded file really is, whatever its name and its sender say.

Pictures are opened and written anew (Pillow): what comes out is a picture and nothing else, without
the place where it was taken. PDF is known by its first bytes (filetype) and plain text by being
text; both are only ever offered for download. Everything else is refused.
"""

import io
import warnings

import filetype
from PIL import Image, ImageOps

from handoff.files import Content
from web.errors import Refused

MAX_PIXELS = 40_000_000
MAX_SIDE = 2400  # more than any chat shows
JPEG_QUALITY = 86
PICTURES = ("PNG", "JPEG", "GIF", "WEBP")
UNKNOWN = "Pictures (PNG, JPEG, GIF, WebP), PDF and plain text are taken; this is none of them."


def content_of(name: str, body: bytes) -> Content:
    """Check a file and make it safe to be shown.

    Raises:
        Refused: it is of a kind that is not taken, or broken.
    """
    kind = filetype.guess(body)
    if kind is not None and kind.mime.startswith("image/"):
        return picture(name, body)
    if kind is not None and kind.mime == "application/pdf":
        return Content(ending(name, ".pdf"), "application/pdf", body)
    if kind is None and is_text(body):
        return Content(ending(name, ".txt"), "text/plain", body)
    raise Refused(UNKNOWN)


def picture(name: str, body: bytes) -> Content:
    """Write a picture anew: upright, at most `MAX_SIDE` wide and high, nothing but its pixels."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(body), formats=PICTURES) as opened:
                if opened.width * opened.height > MAX_PIXELS:
                    raise Refused("This picture has too many pixels.")
                shown = ImageOps.exif_transpose(opened)
                clear = "A" in shown.getbands() or "transparency" in shown.info
                shown = shown.convert("RGBA" if clear else "RGB")
    except Refused:
        raise
    except Exception as broken:  # a decoder meets anything; whatever it says, it is no picture
        raise Refused("This picture cannot be read.") from broken
    shown.thumbnail((MAX_SIDE, MAX_SIDE))
    made = io.BytesIO()
    if clear:
        shown.save(made, "PNG", optimize=True)
        return Content(
            ending(name, ".png"), "image/png", made.getvalue(), shown.width, shown.height
        )
    shown.save(made, "JPEG", quality=JPEG_QUALITY)
    return Content(ending(name, ".jpg"), "image/jpeg", made.getvalue(), shown.width, shown.height)


def is_text(body: bytes) -> bool:
    """Tell whether this is text in UTF-8, without control characters."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return bool(text.strip()) and all(one >= " " or one in "\t\n\r\f" for one in text)


def ending(name: str, wanted: str) -> str:
    """Give a name the ending of what the file is; folders and odd characters go."""
    bare = "".join(one for one in name.replace("\\", "/").split("/")[-1] if one.isprintable())
    stem = bare.rpartition(".")[0] or bare
    given = bare[len(stem) :].lower()
    kept = given == wanted or (wanted, given) in {
        (".jpg", ".jpeg"),
        (".txt", ".csv"),
        (".txt", ".log"),
        (".txt", ".md"),
    }
    return bare if kept else f"{stem.strip(' .') or 'file'}{wanted}"
