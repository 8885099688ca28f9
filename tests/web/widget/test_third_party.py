"""In a frame of another company's site: what browsers keep from it, and tokens that do not last."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, FilePayload, expect

from handoff.database import open_database
from handoff.sites import Sites
from tests.web.browsers import FLAGS, chromium_path
from tests.web.servers import ServerProcess, copy_of
from tests.web.widget.conftest import HOST_PAGE, Chat, Host, Shop

pytestmark = pytest.mark.browser

ELSEWHERE = "shop.test"  # another registrable name than the server's 127.0.0.1
STRICT = {"profile": {"cookie_controls_mode": 1, "block_third_party_cookies": True}}


def test_where_a_browser_keeps_nothing_for_other_sites_frames_the_chat_lasts_as_long_as_the_page(
    shop_data: Path, host: Host, tmp_path: Path, browser: Browser
) -> None:
    origin = host.origin.replace("127.0.0.1", ELSEWHERE)
    data = copy_of(shop_data, tmp_path / "data")
    engine = open_database(f"sqlite:///{data / 'warmline.db'}")
    server = ServerProcess(data, Sites(engine).add("Elsewhere", [origin]).key)
    engine.dispose()
    server.start()
    host.put("shop.html", HOST_PAGE.format(server=server.url, key=server.key))
    profile = tmp_path / "profile"
    (profile / "Default").mkdir(parents=True)
    (profile / "Default" / "Preferences").write_text(json.dumps(STRICT))
    context: BrowserContext = browser.browser_type.launch_persistent_context(
        str(profile),
        executable_path=chromium_path(),
        args=[*FLAGS, "--site-per-process", f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1"],
        viewport={"width": 1280, "height": 720},
        locale="en-GB",
    )
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(f"{origin}/shop.html")
    chat = Chat(page)
    chat.open()
    expect(chat.field).to_be_focused()
    blocked = chat.field.evaluate("() => { try { return !localStorage; } catch { return true; } }")
    assert blocked, "this browser keeps nothing for the frame"
    chat.write("Can you return anything within 30 days?")
    chat.expect_sent("Can you return anything within 30 days?")
    expect(chat.find("wl-message.theirs").first).to_be_visible()
    page.keyboard.press("Escape")
    chat.open()
    chat.write("And from abroad?")
    chat.expect_sent("And from abroad?")
    # Nobody is known after a reload: an empty chat that works, and no word of an error.
    page.reload()
    expect(chat.field).to_be_visible()
    expect(chat.find(".bar")).to_be_empty()
    chat.write("Hello again")
    chat.expect_sent("Hello again")
    assert problems == []
    context.close()
    server.hang_up()
    server.stop()


def test_a_token_that_is_refused_while_the_chat_is_open_is_renewed_without_a_word(
    shop: Shop, chat: Chat
) -> None:
    chat.open()
    chat.write("one")
    chat.expect_sent("one")
    # All tokens so far are void, as if their time were over.
    shop.server.stop()
    (shop.server.data / "secret.key").unlink()
    shop.server.start()
    chat.write("two")
    expect(chat.message("two")).to_be_visible()
    waits = chat.find("wl-message .meta").get_by_text("Sending…")
    expect(waits).to_have_count(0, timeout=30_000)  # the pause of a lost line, at worst
    expect(chat.find("wl-message.mine")).to_have_count(2)
    # What goes beside the line has the same token, and no line to tell it that this is over.
    chat.find("wl-panel").evaluate("panel => { panel.chat.token = 'old'; }")
    log: FilePayload = {"name": "log.txt", "mimeType": "text/plain", "buffer": b"E42"}
    chat.find("input[type=file]").set_input_files([log])
    expect(chat.button("Remove log.txt")).to_be_visible()
    chat.field.press("Enter")
    expect(chat.find("wl-message .file")).to_contain_text("log.txt")
    expect(chat.find(".bar")).to_be_empty()
