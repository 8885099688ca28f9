"""The console as an agent uses it: what can be seen, pressed and typed."""

from playwright.sync_api import Browser, ConsoleMessage, Locator

from tests.web.browsers import TIMEOUT_MS, violations
from tests.web.servers import Colleague

WIDE = (1440, 900)


class Console:
    """One agent's browser. Anything it logs as an error but a refused log-in fails `leave`."""

    def __init__(
        self,
        browser: Browser,
        url: str,
        *,
        size: tuple[int, int] = WIDE,
        dark: bool = False,
    ) -> None:
        self.context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            locale="en-GB",
        )
        self.context.set_default_timeout(TIMEOUT_MS)
        self.page = self.context.new_page()
        self.problems: list[str] = []
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", self._note)
        self.page.goto(f"{url}/agent/")

    def _note(self, message: ConsoleMessage) -> None:
        # The browser itself reports every refused request and lost socket; those are tested for.
        expected = (
            "status of 401",
            "status of 404",  # a chat without a handoff has no packet
            "WebSocket connection",
            "ERR_INTERNET_DISCONNECTED",
        )
        if message.type == "error" and not any(words in message.text for words in expected):
            self.problems.append(message.text)

    def leave(self) -> None:
        """Close the browser profile; nothing may have gone wrong in it."""
        self.context.close()
        assert self.problems == []

    def log_in(self, agent: Colleague) -> "Console":
        """Fill in the form and wait for the desk."""
        self.try_to_log_in(agent.email, agent.password)
        self.page.get_by_role("switch", name="Online").wait_for()
        return self

    def try_to_log_in(self, email: str, password: str) -> None:
        """Fill in the form and send it."""
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Log in").click()

    def row(self, name: str) -> Locator:
        """The line of the list that shows this customer."""
        return self.page.locator("warmline-queue").get_by_role("button", name=name)

    def open(self, name: str) -> None:
        """Click a line of the list and wait for its chat."""
        self.row(name).click()
        self.page.get_by_role("heading", name=name, level=2).first.wait_for()

    def view(self, name: str) -> None:
        """Choose a view, such as "Mine"."""
        self.page.get_by_role("navigation", name="Views").get_by_role("button", name=name).click()

    def go_to(self, place: str) -> None:
        """Follow a link of the bar and wait for its page."""
        self.page.get_by_role("navigation", name="Places").get_by_role("link", name=place).click()
        self.page.get_by_role("heading", name=place, level=1).wait_for()

    @property
    def transcript(self) -> Locator:
        """What was said and done."""
        return self.page.get_by_role("log", name="Conversation")

    @property
    def packet(self) -> Locator:
        """The handoff card."""
        return self.page.get_by_role("region", name="Handoff packet")

    @property
    def about(self) -> Locator:
        """The right pane: the customer, what can be done, past conversations."""
        return self.page.get_by_role("complementary", name="Customer and actions")

    @property
    def reply(self) -> Locator:
        """The field for replies."""
        return self.page.get_by_role("textbox", name="Reply to the customer")

    @property
    def claim(self) -> Locator:
        """The button that takes the chat."""
        return self.page.get_by_role("button", name="Claim", exact=True)

    def accessibility_problems(self) -> list[str]:
        """What axe finds on the page as it stands."""
        return violations(self.page)
