"""Take a picture of every state of the widget: `python -m tests.web.widget.pictures FOLDER [NAME…]`.

At 360 and 1280 px, light and dark, and some from right to left; to be looked at, not compared.
"""

import sys
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize

from tests.web.widget.conftest import Shop, shown_shop
from tests.web.widget.scenes import SCENES, set_scene

WIDTHS = {360: 740, 1280: 800}
PAGE = """<!doctype html><html lang="{lang}" dir="{dir}"><head><meta charset="utf-8"><title>Shop</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<style>body {{ font: 16px/1.6 Georgia, serif; margin: 3rem; max-width: 40rem }}</style></head>
<body><h1>Quiet things for a warm home</h1><p>Readers, lamps, speakers and thermostats that do one
thing well, and then leave you in peace.</p><p>Ask us anything.</p>
<script src="{server}/widget.js" data-key="{key}" async></script></body></html>"""


def take(browser: Browser, shop: Shop, page_url: str, folder: Path, names: list[str]) -> None:
    """Take the pictures of these scenes on this page."""
    for width, height in WIDTHS.items():
        for theme in ("light", "dark"):
            context = browser.new_context(
                viewport=ViewportSize(width=width, height=height),
                color_scheme=theme,
                has_touch=width < 500,
                device_scale_factor=1,
                locale="en-GB",
            )
            page = context.new_page()
            for name in names:
                page.goto("about:blank")
                page.goto(page_url)
                page.locator("warmline-widget button").wait_for(state="attached")
                kind = Path(page_url).stem
                if name != "launcher":
                    page.evaluate("Warmline('open')")
                    page.frame_locator("warmline-widget iframe").locator("wl-panel .log").wait_for()
                    set_scene(page, name)
                    page.wait_for_timeout(400)  # let transitions end: pictures, not tests
                page.screenshot(
                    path=folder / f"{name.replace(' ', '-')}-{width}-{theme}-{kind}.png"
                )
            context.close()


def main(folder: Path, wanted: list[str]) -> None:
    """Take all pictures, or those of the scenes named."""
    folder.mkdir(parents=True, exist_ok=True)
    with shown_shop() as (shop, host, browser):
        for lang, direction in (("en", "ltr"), ("ar", "rtl")):
            html = PAGE.format(
                server=shop.server.url, key=shop.server.key, lang=lang, dir=direction
            )
            few = (
                ["answer", "source", "waiting", "csat", "attaching", "past", "past read"]
                if direction == "rtl"
                else ["launcher", *SCENES]
            )
            names = [one for one in few if not wanted or one in wanted]
            take(browser, shop, host.put(f"{direction}.html", html), folder, names)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), sys.argv[2:])
