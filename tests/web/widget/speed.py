"""How long from the click to a chat that can be typed into: `python -m tests.web.widget.speed [N]`.

The browser's own clock, on loopback: from the click on the launcher, with nothing loaded ahead (no
pointer came near before), to the frame's word that it is ready, which is when its field takes the
focus. Medians of N (9) visitors, with an empty cache and with a full one; figures, no verdict: the
machine may be busy.
"""

import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.web.browsers import FLAGS, chromium_path
from tests.web.servers import prepare
from tests.web.widget.conftest import company, running_shop

VISITORS = 9
CLICK = """() => new Promise((done) => {
  let start;
  Warmline('on', 'ready', () => done(performance.now() - start));
  const launcher = document.querySelector('warmline-widget').shadowRoot.querySelector('button');
  new PerformanceObserver((list) => { window.tasks = (window.tasks ?? 0) + list.getEntries().filter((one) => one.name === 'self').length; }).observe({ type: 'longtask' });
  requestAnimationFrame(() => { start = performance.now(); launcher.click(); });
})"""


def click_ms(page: Page, address: str) -> float:
    """Milliseconds from the click to the frame being ready, on a freshly loaded page."""
    page.goto(address)
    page.locator("warmline-widget button").wait_for(state="attached")
    page.wait_for_load_state("networkidle")
    return float(page.evaluate(CLICK))


def main(visitors: int) -> None:
    """Print the figures."""
    cold: list[float] = []
    warm: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        data = Path(name) / "prepared"
        prepare(data)
        with (
            company(Path(name)) as host,
            running_shop(data, host, Path(name)) as shop,
            sync_playwright() as playwright,
        ):
            browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
            for _ in range(visitors + 1):
                context = browser.new_context()
                page = context.new_page()
                cold.append(click_ms(page, shop.url))
                # A new page: the widget must not open by itself because it was open before.
                page.evaluate("() => { sessionStorage.clear(); localStorage.clear(); }")
                warm.append(click_ms(page, shop.url))
                context.close()
            browser.close()
    for title, figures in (("empty cache", cold[1:]), ("full cache", warm[1:])):
        low, high = min(figures), max(figures)
        median = statistics.median(figures)
        print(f"click to ready, {title}: median {median:.0f} ms ({low:.0f} to {high:.0f})")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else VISITORS)
