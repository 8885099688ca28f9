"""How long from the click to a chat that can be typed into: `python -m tests.web.widget.speed [N]`.

The browser's own clock, on loopback: from the click on the launcher to the moment when the chat's
text field has the focus. Medians of N (9) visitors: as a page gets it, which loads the frame ahead
once it rests; and with nothing loaded ahead (`data-ahead="no"`, and no pointer that came near), with
an empty cache and with a full one. Figures, no verdict: the machine may be busy.
"""

import statistics
import sys

from playwright.sync_api import Page

from tests.web.widget.conftest import HOST_PAGE, shown_shop

VISITORS = 9
# In every frame: when the field that is typed into first had the focus, by the machine's clock.
WATCH = """addEventListener('focusin', (event) => {
  if (event.composedPath()[0].localName === 'textarea')
    window.usable ??= performance.timeOrigin + performance.now();
}, true)"""
CLICK = """() => new Promise((done) => {
  const launcher = document.querySelector('warmline-widget').shadowRoot.querySelector('button');
  requestAnimationFrame(() => {
    done(performance.timeOrigin + performance.now());
    launcher.click();
  });
})"""


def click_ms(page: Page, address: str, *, ahead: bool) -> float:
    """Milliseconds from the click to the field having the focus, on a freshly loaded page."""
    page.goto(address)
    page.locator("warmline-widget button").wait_for(state="attached")
    if ahead:
        page.frame_locator("warmline-widget iframe").locator("wl-composer").wait_for(
            state="attached"
        )
    page.wait_for_load_state("networkidle")
    clicked = float(page.evaluate(CLICK))
    page.frame_locator("warmline-widget iframe").locator("wl-composer").wait_for()
    frame = next(one for one in page.frames if "/widget/?" in one.url)
    frame.wait_for_function("window.usable")
    return float(frame.evaluate("window.usable")) - clicked


def main(visitors: int) -> None:
    """Print the figures."""
    ways = ("loaded ahead", "nothing ahead, empty cache", "nothing ahead, full cache")
    taken: dict[str, list[float]] = {way: [] for way in ways}
    with shown_shop() as (shop, host, browser):
        html = HOST_PAGE.format(server=shop.server.url, key=shop.server.key)
        late = host.put("late.html", html.replace("data-key", 'data-ahead="no" data-key'))
        for _ in range(visitors + 1):
            context = browser.new_context()
            context.add_init_script(WATCH)
            page = context.new_page()
            for way, address in zip(ways[1:], (late, late), strict=True):
                taken[way].append(click_ms(page, address, ahead=False))
                # A new page: the widget must not open by itself because it was open before.
                page.evaluate("() => { sessionStorage.clear(); localStorage.clear(); }")
            context.close()
            context = browser.new_context()
            context.add_init_script(WATCH)
            taken[ways[0]].append(click_ms(context.new_page(), shop.url, ahead=True))
            context.close()
    for way, figures in taken.items():
        low, high = min(figures[1:]), max(figures[1:])
        median = statistics.median(figures[1:])
        print(f"click to usable, {way}: median {median:.0f} ms ({low:.0f} to {high:.0f})")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else VISITORS)
