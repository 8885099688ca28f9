"""On other people's pages: their scripts, their policies, their style sheets, their routers."""

from collections.abc import Iterator

import jwt
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from handoff.look import Ask, FirstWords, Look, Position, PreChat
from tests.web.servers import customer_line
from tests.web.widget.conftest import Chat, Host, Shop
from web.tokens import Tokens, server_secret

pytestmark = pytest.mark.browser

QUEUE = (
    "window.Warmline = window.Warmline || function () {"
    " (Warmline.q = Warmline.q || []).push(arguments); };"
)
FRAME = "warmline-widget iframe"


@pytest.fixture
def shop(shared_shop: Shop) -> Iterator[Shop]:
    """One server for all; a test that dresses it puts the look back."""
    yield shared_shop
    if shared_shop.site().look != Look():
        shared_shop.wear(Look())


@pytest.fixture
def host(shared_host: Host) -> Host:
    return shared_host


def token(shop: Shop, subject: str, key_id: str = "", exp: int = 4_000_000_000) -> str:
    """Sign an identity as the company's own server would."""
    secret = Tokens(server_secret(shop.server.data)).site_secret(shop.site().id, key_id)
    claims = {"sub": subject, "exp": exp, "name": "Kim"}
    return jwt.encode(claims, secret, "HS256", headers={"kid": key_id} if key_id else None)


def test_every_verb_and_every_event_of_the_pages_script(chat: Chat) -> None:
    page = chat.page
    page.evaluate(
        """() => { window.heard = [];
        window.all = (name) => (value) => heard.push(name);
        for (const name of ['ready', 'open', 'close', 'message', 'stage', 'shutdown'])
          Warmline('on', name, all(name));
        window.never = () => heard.push('never');
        Warmline('on', 'open', never); Warmline('off', 'open', never); }"""
    )
    frame = page.locator(FRAME)
    page.evaluate("Warmline('open')")
    expect(chat.field).to_be_focused()
    page.evaluate("Warmline('toggle')")
    expect(frame).to_be_hidden()
    page.evaluate("Warmline('ask', 'How do I return something?')")
    chat.expect_sent("How do I return something?")
    page.wait_for_function("heard.includes('message') && heard.includes('stage')")
    page.evaluate("Warmline('close')")
    expect(frame).to_be_hidden()
    page.evaluate("Warmline('nonsense'); Warmline('off', 'message')")
    page.evaluate("Warmline('shutdown')")
    expect(page.locator("warmline-widget")).to_have_count(0)
    heard = page.evaluate("heard")
    assert heard.count("open") == 2
    assert "never" not in heard
    assert heard[-1] == "shutdown"
    # Whoever comes next on this computer starts afresh.
    page.evaluate("Warmline('open')")
    expect(chat.field).to_be_focused()
    expect(chat.find("wl-message")).to_have_count(0)


def test_a_strict_policy_of_the_page_is_enough(
    shop: Shop, host: Host, context: BrowserContext
) -> None:
    server = shop.server.url
    policy = f"default-src 'none'; script-src {server}; frame-src {server}; require-trusted-types-for 'script'"
    address = host.put(
        "strict.html",
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Strict</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f'<script src="{server}/widget.js" data-key="{shop.server.key}" async></script><h1>Strict</h1>',
    )
    page = context.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.goto(address)
    chat = Chat(page)
    chat.open()
    chat.write("hello")
    chat.expect_sent("hello")
    assert [text for text in told if "Content Security Policy" in text] == []
    assert chat.page.get_by_role("button", name="Close chat").bounding_box() is not None


def test_a_single_page_site_may_replace_everything_and_tells_where_it_is(
    shop: Shop, chat: Chat
) -> None:
    page = chat.page
    chat.open()
    chat.write("hello")
    chat.expect_sent("hello")
    page.evaluate(
        """() => { history.pushState({}, '', '/cart');
        document.body.replaceWith(document.createElement('body'));
        document.querySelector('warmline-widget').remove(); Warmline('page'); }"""
    )
    expect(chat.message("hello")).to_be_visible()
    expect(page.locator(FRAME)).to_be_visible()
    chat.write("and now in the cart")
    chat.expect_sent("and now in the cart")
    expect(chat.find("wl-message.mine")).to_have_count(2)
    with shop.sites() as sites:
        from sqlalchemy import text

        with sites._engine.connect() as connection:
            pages = connection.execute(text("select page from conversations")).scalars().all()
    assert any(str(one).endswith("/cart") for one in pages)


def test_options_stand_in_attributes_or_in_the_address(
    shop: Shop, host: Host, context: BrowserContext
) -> None:
    tag = f'<script src="{shop.server.url}/widget.js?key={shop.server.key}&lang=de" data-position="left" data-theme="dark" data-accent="#7a00ff" async></script>'
    address = host.put(
        "options.html", f'<!doctype html><html lang="fr"><title>Options</title>{tag}'
    )
    page = context.new_page()
    page.goto(address)
    launcher = page.locator("warmline-widget button")
    launcher.click()
    chat = Chat(page)
    expect(chat.field).to_have_attribute("placeholder", "Stellen Sie eine Frage…")
    expect(launcher).to_have_css("background-color", "rgb(122, 0, 255)")
    box = launcher.bounding_box()
    assert box is not None
    assert box["x"] < 100
    expect(chat.find("html")).to_have_attribute("data-theme", "dark")


def test_the_owners_look_is_worn(shop: Shop, chat: Chat) -> None:
    shop.wear(
        Look(
            name="Larkmere help",
            accent="#7a00ff",
            greeting="Good day",
            position=Position.LEFT,
            languages=("de", "fr"),
            words={"de": FirstWords("Guten Tag", ("Wo ist mein Paket?", "Was kostet das?"))},
            hours_text="9–17",
        )
    )
    page = chat.page
    page.goto("about:blank")
    page.goto(shop.url)
    page.get_by_role("button", name="Chat öffnen").click()
    expect(chat.find("h1")).to_have_text("Larkmere help")
    expect(chat.find(".hello")).to_have_text("Guten Tag")  # the page is English, the site is not
    expect(chat.find(".promise")).to_contain_text("9–17")
    expect(chat.find("html")).to_have_attribute("lang", "de")
    launcher = page.locator("warmline-widget button")
    expect(launcher).to_have_css("background-color", "rgb(122, 0, 255)")
    box = launcher.bounding_box()
    assert box is not None
    assert box["x"] < 100
    chat.button("Was kostet das?").click()
    expect(chat.message("Was kostet das?")).to_be_visible()


def test_the_form_before_the_first_message_asks_once_and_the_desk_knows(
    shop: Shop, chat: Chat
) -> None:
    shop.wear(Look(prechat=PreChat(name=Ask.OPTIONAL, email=Ask.REQUIRED)))
    chat.page.goto("about:blank")
    chat.page.goto(shop.url)
    chat.page.evaluate("Warmline('ask', 'Is this kept?')")
    form = chat.find("wl-prechat")
    expect(form.get_by_label("Your name")).to_be_focused()
    form.get_by_role("button", name="Start chat").click()
    expect(form.get_by_label("Your e-mail address")).to_be_focused()
    expect(form.get_by_role("alert").last).to_have_text("Please fill this in.")
    form.get_by_label("Your e-mail address").fill("kim@example.com")
    form.get_by_label("Your name").fill("Kim")
    form.get_by_role("button", name="Start chat").click()
    chat.expect_sent("Is this kept?")
    expect(chat.find(".notice")).to_have_text("We will write to kim@example.com.")
    chat.page.reload()
    expect(chat.message("Is this kept?")).to_be_visible()
    expect(form).to_have_count(0)


def signed_in(browser: Browser, shop: Shop, identity: str) -> tuple[Page, Chat]:
    """A device of a customer whom the site vouches for."""
    page = browser.new_context(locale="en-GB").new_page()
    page.add_init_script(f"{QUEUE} Warmline('identify', '{identity}');")
    page.goto(shop.url)
    return page, Chat(page)


def test_a_signed_customer_has_one_conversation_on_all_devices(
    shop: Shop, browser: Browser
) -> None:
    phone, first = signed_in(browser, shop, token(shop, "kim"))
    first.open()
    first.write("from my phone")
    first.expect_sent("from my phone")
    laptop, second = signed_in(browser, shop, token(shop, "kim"))
    second.open()
    expect(second.message("from my phone")).to_be_visible()
    stranger, third = signed_in(browser, shop, token(shop, "lee"))
    third.open()
    third.write("I am somebody else")
    third.expect_sent("I am somebody else")
    expect(third.find("wl-message.mine")).to_have_count(1)
    for page in (phone, laptop, stranger):
        page.context.close()


def test_keys_are_changed_without_a_gap_and_a_dropped_one_counts_no_more(shop: Shop) -> None:
    with shop.sites() as sites:
        key_id = sites.add_identity_key(shop.site().id)
    old, new = token(shop, "ann"), token(shop, "ann", key_id)
    conversations = [shop.server.session(identity=one).json()["conversation"] for one in (old, new)]
    assert conversations[0] == conversations[1]
    with shop.sites() as sites:
        sites.drop_identity_key(shop.site().id, "")
    assert shop.server.session(identity=old).status_code == 401
    assert shop.server.session(identity=new).status_code == 200
    assert shop.server.session(identity=token(shop, "ann", "unknown")).status_code == 401
    with shop.sites() as sites:  # as it was, for the others
        sites._change(shop.site().id, lambda settings: {"look": settings.get("look", {})})


def test_the_page_hears_of_an_identity_that_has_ended_and_gives_another(
    shop: Shop, chat: Chat
) -> None:
    fresh, ended = token(shop, "una"), token(shop, "una", exp=1)
    chat.page.evaluate(
        f"Warmline('on', 'expired', (yes) => yes && Warmline('identify', '{fresh}'));"
        f"Warmline('identify', '{ended}')"
    )
    chat.open()
    chat.write("still here")
    chat.expect_sent("still here")
    with customer_line(shop.server, shop.server.session(identity=fresh).json()) as line:
        assert line.message_of("customer")["text"] == "still here"


def test_a_press_that_lasts_while_the_frame_gets_ready_opens_it(
    shop: Shop, host: Host, context: BrowserContext
) -> None:
    page = context.new_page()
    tag = f'<script src="{shop.server.url}/widget.js" data-key="{shop.server.key}" data-ahead="no"></script>'
    page.goto(host.put("press.html", f"<title>Press</title>{tag}"))
    box = page.get_by_role("button", name="Open chat").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    frame = page.locator(FRAME)
    expect(frame).not_to_have_attribute("title", "Chat")  # it has said what it is called
    page.mouse.up()
    expect(frame).to_be_visible()


def test_a_press_on_the_number_of_unread_messages_opens_the_chat(chat: Chat) -> None:
    badge = chat.page.locator("warmline-widget b")
    # A chat that gets ready says that nothing is unread, and the number goes: this one never does.
    chat.page.route("**/widget/?*", lambda _: None)
    chat.page.reload()
    box = badge.evaluate(
        "(shown) => { shown.textContent = '1'; return shown.getBoundingClientRect().toJSON(); }"
    )
    assert box["width"] > 0
    chat.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(chat.page.locator(FRAME)).to_be_visible()


def test_the_chat_is_loaded_ahead_but_nobody_is_told_of_a_visitor_who_does_not_open_it(
    shop: Shop, host: Host, context: BrowserContext
) -> None:
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    page.goto(shop.url)
    chat = Chat(page)
    chat.field.wait_for(state="attached")
    page.context.set_offline(True)  # what would make a line that exists connect anew
    page.context.set_offline(False)
    assert any("/widget/?" in one for one in asked)
    assert [one for one in asked if "/sessions" in one or one.startswith("ws")] == []
    assert chat.field.evaluate("() => localStorage.length") == 0
    page.wait_for_load_state("networkidle")
    asked.clear()
    with page.expect_websocket():
        chat.open()
    expect(chat.field).to_be_focused()
    assert [
        one for one in asked if "/assets/" in one or "/widget/" in one.partition("/api")[0]
    ] == []
    # Where the owner wants it so, nothing is loaded before a pointer comes near.
    asked.clear()
    html = f'<title>Late</title><script src="{shop.server.url}/widget.js" data-key="{shop.server.key}" data-ahead="no"></script>'
    late = context.browser.new_context() if context.browser else context
    page = late.new_page()
    page.goto(host.put("late.html", html))
    page.wait_for_load_state("networkidle")
    expect(page.locator(FRAME)).to_have_count(0)
    page.locator("warmline-widget button").hover()
    expect(page.locator(FRAME)).to_have_count(1)
    late.close()
