"""Files: known by what they are, shown safely, seen by both sides, and nobody else's."""

import io
from collections.abc import Callable
from contextlib import closing
from typing import Any

import httpx
import pytest
from PIL import Image
from playwright.sync_api import FilePayload, expect

from tests.web.browsers import violations
from tests.web.servers import ServerProcess, agent_line, customer_line
from tests.web.widget.conftest import Chat, Shop
from web.errors import Refused
from web.widget.contents import MAX_SIDE, content_of

EXIF_GPS = 0x8825


def drawn(form: str, size: tuple[int, int] = (40, 30), **more: Any) -> bytes:
    """A picture of this form."""
    made = io.BytesIO()
    Image.new("RGB", size, "#0d6b6e").save(made, form, **more)
    return made.getvalue()


TAKEN: dict[str, tuple[str, Callable[[], bytes], str, str]] = {
    "png": ("a.png", lambda: drawn("PNG"), "image/jpeg", "a.jpg"),
    "a picture that says it is text": ("a.txt", lambda: drawn("GIF"), "image/jpeg", "a.jpg"),
    "webp": ("a", lambda: drawn("WEBP"), "image/jpeg", "a.jpg"),
    "pdf": ("bill", lambda: b"%PDF-1.7\n%%EOF", "application/pdf", "bill.pdf"),
    "text": ("log.txt", lambda: "Grüße\n".encode(), "text/plain", "log.txt"),
    "html is only text": ("x.html", lambda: b"<script>alert(1)</script>", "text/plain", "x.txt"),
    "svg is only text": ("x.svg", lambda: b"<svg onload='alert(1)'/>", "text/plain", "x.txt"),
    "a path": ("..\\..\\etc/passwd", lambda: b"root", "text/plain", "passwd.txt"),
}


@pytest.mark.parametrize("case", TAKEN)
def test_a_file_is_what_its_content_is(case: str) -> None:
    name, body, kind, kept = TAKEN[case]
    content = content_of(name, body())
    assert (content.type, content.name) == (kind, kept)


REFUSED = {
    "program": b"MZ\x90\x00" + b"\x00" * 200,
    "archive": b"PK\x03\x04" + b"\x00" * 200,
    "bytes": bytes(range(256)),
    "nothing": b"",
    "broken picture": drawn("PNG")[:60],
}


@pytest.mark.parametrize("case", REFUSED)
def test_other_kinds_and_broken_ones_are_refused(case: str) -> None:
    with pytest.raises(Refused):
        content_of("innocent.png", REFUSED[case])


def test_a_picture_keeps_its_pixels_only() -> None:
    exif = Image.Exif()
    exif.get_ifd(EXIF_GPS)[1] = "N"
    exif[0x010E] = "<script>alert(1)</script>"
    body = drawn("JPEG", (MAX_SIDE + 400, 50), exif=exif) + b"<script>alert(2)</script>"
    content = content_of("a.jpg", body)
    assert b"script" not in content.body
    assert (content.width, content.height) == (MAX_SIDE, 43)
    with Image.open(io.BytesIO(content.body)) as shown:
        assert not shown.getexif()


def send(server: ServerProcess, token: str, body: bytes, name: str = "a.txt") -> httpx.Response:
    """Upload as the widget does."""
    return httpx.post(
        f"{server.url}/api/widget/files",
        content=body,
        headers={"origin": server.url, "authorization": f"Bearer {token}", "x-file-name": name},
    )


def test_a_file_is_its_visitors_until_sent_once_and_does_nothing_when_opened(
    shop: Shop,
) -> None:
    server = shop.server
    kim, lee = server.session().json(), server.session().json()
    kept = send(server, kim["token"], b"<script>alert(1)</script>", "x.html").json()
    assert send(server, "wrong", b"x").status_code == 401
    assert send(server, kim["token"], b"\x00\x01").status_code == 422
    assert send(server, kim["token"], b"x" * 5_000_001).status_code == 422
    with customer_line(server, lee) as line:
        line.send("message", client_id="m1", text="mine?", files=[kept["id"]])
        assert line.frame("error")["client_id"] == "m1"
    with customer_line(server, kim) as line:
        line.send("message", client_id="m1", text="mine", files=[kept["id"]])
        told = line.event("message", client_id="m1")
        assert told["files"] == [
            {"name": "x.txt", "mime": "text/plain", "size": 25, "address": kept["address"]}
        ]
        line.send("message", client_id="m2", text="again", files=[kept["id"]])
        assert line.frame("error")["client_id"] == "m2"
        line.send("message", client_id="m1", text="mine", files=[kept["id"]])
        assert line.event("message", client_id="m1")["seq"] == told["seq"]
    opened = httpx.get(f"{server.url}{kept['address']}")
    assert opened.headers["content-type"].startswith("text/plain")
    assert opened.headers["content-disposition"].startswith("attachment")
    assert opened.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert opened.headers["x-content-type-options"] == "nosniff"
    assert httpx.get(f"{server.url}/files/guessed").status_code == 404


@pytest.mark.browser
def test_a_customer_sends_a_picture_and_the_agent_gets_it(shop: Shop, chat: Chat) -> None:
    chat.open()
    expect(chat.field).to_be_focused()
    files: list[FilePayload] = [
        {"name": "crack.png", "mimeType": "image/png", "buffer": drawn("PNG", (300, 200))},
        {"name": "virus.exe", "mimeType": "image/png", "buffer": REFUSED["program"]},
    ]
    chat.find("input[type=file]").set_input_files(files)
    notes = chat.find("wl-files .note")
    expect(notes.filter(has_text="We cannot take virus.exe")).to_be_visible()
    expect(notes.filter(has_text="crack.jpg")).to_be_visible()
    assert violations(chat.page) == []
    chat.button("Remove virus.exe").click()
    chat.field.press("Enter")
    picture = chat.find("wl-message img")
    expect(picture).to_have_attribute("alt", "crack.jpg")
    assert (
        picture.evaluate("async (img) => { await img.decode(); return img.naturalWidth; }") == 300
    )
    expect(notes).to_have_count(0)
    chat.page.reload()
    expect(picture).to_be_visible()
    with closing(shop.server.log_in()) as client, agent_line(shop.server, client) as agent:
        row = agent.until(lambda frame: frame["type"] == "row")
        agent.send("open", conversation=row["conversation"])
        shown = agent.message_of("customer")
    assert shown["text"] == "crack.jpg"
    assert shown["files"][0]["mime"] == "image/jpeg"


@pytest.mark.browser
def test_a_file_that_waits_to_be_sent_outlives_a_reload(shop: Shop, chat: Chat) -> None:
    chat.open()
    bill: FilePayload = {"name": "bill.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n"}
    chat.find("input[type=file]").set_input_files([bill])
    note = chat.find("wl-files .note").filter(has_text="bill.pdf")
    expect(note).to_be_visible()
    expect(chat.button("Remove bill.pdf")).to_be_visible()
    chat.field.fill("here it is")
    chat.page.reload()
    expect(note).to_be_visible()
    expect(chat.field).to_have_value("here it is")
    chat.field.press("Enter")
    chat.expect_sent("here it is")
    expect(chat.find("wl-message .file")).to_contain_text("bill.pdf")
    expect(note).to_have_count(0)
    chat.page.reload()
    expect(chat.find("wl-message .file")).to_contain_text("bill.pdf")
    expect(note).to_have_count(0)


# By pasting, as a browser tells it.
PASTE = """(field, text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData('text/plain', text);
  const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
  return field.dispatchEvent(event);
}"""


@pytest.mark.browser
def test_a_pasted_text_too_long_for_any_message_goes_along_whole_as_a_file(
    shop: Shop, chat: Chat
) -> None:
    chat.open()
    expect(chat.field).to_be_focused()
    assert chat.field.evaluate(PASTE, "x" * 5_000), "a long message can still be made shorter"
    novel = "Où est mon colis ? 📦 אין לי מושג\n" * 6_000
    assert not chat.field.evaluate(PASTE, novel), "it does not go into the field"
    expect(chat.find("wl-files .note")).to_contain_text("text.txt")
    expect(chat.button("Remove text.txt")).to_be_visible()
    expect(chat.field).to_have_value("")
    chat.field.press("Enter")
    kept = chat.find("wl-message .file")
    kept.wait_for()
    address = str(kept.get_attribute("href"))
    assert httpx.get(f"{shop.server.url}{address}").content.decode() == novel
