"""Every state of the chat, as the frames that bring it about (docs/protocol.md).

The frames are given to the page as if the server had sent them, so a scene does not depend on what
a bot decides, takes no time, and can be seen in any language, theme and size.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, expect

Frame = dict[str, Any]

CUSTOMER = {"role": "customer"}
BOT = {"role": "bot"}
AGENT = {"role": "agent", "id": "a1", "name": "Maya Okafor"}
SYSTEM = {"role": "system"}
QUOTE = (
    "Send it back within 30 days, with the label in the box, and we refund you in 5 working days."
)
RICH = """**Two ways** to send it back:

1. Put it in its box with the label.
2. Take it to a shop. See https://shop.example/returns

- `RMA-4711` stands on the label
- a very long word: Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverleihungsurkunde

```
warmline ask "where is it?" --json
```

| plan | price |
|---|---|
| Basic | 5 euro |
| Team | 9 euro |
"""


@dataclass(frozen=True)
class Scene:
    """Frames, and what the customer then does: a script that sees `panel` and its `root`."""

    frames: tuple[Frame, ...] = ()
    then: str = ""
    last: str = ""  # a selector inside the panel that shows when the scene is set
    episode: int = 1  # the present one; the log begins with it


def said(sender: Mapping[str, str], text: str, **more: Any) -> Frame:
    """A message."""
    return {"kind": "message", "from": dict(sender), "text": text, **more}


def cited(text: str) -> Frame:
    """An answer with two sources."""

    def citation(n: int, title: str) -> Frame:
        return {
            "article": f"a{n}.md",
            "title": title,
            "url": None,
            "quote": QUOTE,
            "start": 0,
            "end": 90,
        }

    return said(
        BOT,
        text,
        sentences=[{"text": text, "citation": 0}],
        citations=[
            citation(1, "Send something back"),
            citation(2, "When your refund comes, and where it goes"),
        ],
        snapshot="000001-aa",
    )


def stage(
    to: str, before: str, reason: str, sender: Mapping[str, str] = SYSTEM, **more: Any
) -> Frame:
    """A change of stage."""
    return {
        "kind": "stage",
        "from": dict(sender),
        "stage": to,
        "previous": before,
        "reason": reason,
        **more,
    }


def queued(**more: Any) -> Frame:
    """A place in the queue."""
    return {
        "kind": "handoff",
        "from": SYSTEM,
        "state": "queued",
        "reason": "direct_request",
        **more,
    }


def survey(kind: str, **more: Any) -> Frame:
    """A survey."""
    return {"kind": "survey", "from": SYSTEM, "survey": kind, "survey_kind": kind, **more}


PICTURE = {
    "name": "lamp.svg",
    "mime": "image/svg+xml",
    "size": 81_200,
    "width": 320,
    "height": 200,
    "address": "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='320' height='200'>"
    "<rect width='320' height='200' fill='silver'/><path d='M120 150h80l-20-80h-40z' fill='teal'/></svg>",
}
PAPER = {
    "id": "p",
    "name": "receipt-and-warranty-card-of-the-lamp-4711.pdf",
    "mime": "application/pdf",
    "size": 1_240_000,
    "address": "/files/p",
}

ASKED = said(CUSTOMER, "How do I send something back, and when do I get my money?")
ANSWERED = (ASKED, cited(QUOTE))
WAITS = (*ANSWERED, stage("waiting", "bot", "handoff"))
JOINED = (
    *WAITS,
    stage("human", "waiting", "claimed", AGENT, agent={"id": "a1", "name": "Maya Okafor"}),
)
TALK = (
    *JOINED,
    said(AGENT, "Hello Kim, I have your order in front of me."),
    said(CUSTOMER, "Thank you! 🙏"),
    said(AGENT, "The refund left us this morning. It takes two days to arrive."),
)
OVER = (*TALK, stage("closed", "human", "closed", AGENT, resolution="solved"))

AGAIN = said(CUSTOMER, "Do you also repair lamps?")
EARLIER = (
    *OVER,
    *({**one, "episode": 2} for one in (AGAIN, cited(QUOTE), stage("closed", "bot", "closed", CUSTOMER, resolution="unsolved"))),
    *({**one, "episode": 3} for one in (said(CUSTOMER, "Wo ist mein Paket? 📦"), cited("It is on its way, and you can follow it under the link in our e-mail."))),
)  # fmt: skip
PAST = "root.querySelector('.welcome .link').click()"
READ = f"{PAST}; panel.read = 1; new MutationObserver((_, it) => {{ const past = root.querySelector('wl-past'); if (past) {{ it.disconnect(); past.shadowRoot.querySelector('[data-episode=\"1\"]').click(); }} }}).observe(root, {{ childList: true }})"

SCENES: dict[str, Scene] = {
    "welcome": Scene(),
    "form": Scene((), "panel.owner = { ...panel.owner, askName: 'optional', askEmail: 'required' }; panel.chat.changed()", "wl-prechat form"),
    "sending": Scene((), "panel.ask('Where is my parcel?')", "wl-message"),
    "failed": Scene((), "panel.chat.outbox.fail(panel.chat.act({ type: 'message', text: 'Where is my parcel?' }), 'x'); panel.chat.changed()", "wl-message"),
    "thinking": Scene((ASKED,), "", ".dots"),
    "streaming": Scene((ASKED, {"type": "partial", "text": "Send it back within **30 days**, with"}), "", ".say .bubble"),
    "answer": Scene(ANSWERED, "", "wl-message.theirs"),
    "formatted": Scene((ASKED, cited(RICH)), "", "wl-message.theirs"),
    "thumb": Scene((*ANSWERED, {"kind": "feedback", "from": CUSTOMER, "about_seq": 2, "helpful": True}), "", "wl-message.theirs"),
    "source": Scene(ANSWERED, "root.querySelector('wl-message.theirs').shadowRoot.querySelector('.chip').click()", "wl-quote"),
    "choices": Scene((ASKED, said(BOT, "Which of these do you mean?\n- Send something back\n- Swap for another size\n- When your refund comes", choices=[{"value": v, "label": v} for v in ("Send something back", "Swap for another size", "When your refund comes")])), "", "wl-message.theirs"),
    "offer": Scene((ASKED, said(BOT, "I couldn't find that in our help articles. Shall I get a person?", offer=True)), "", "wl-message.theirs"),
    "menu": Scene(ANSWERED, "panel.menuButton.click()", "[role=menu]"),
    "waiting": Scene((*WAITS, queued(position=3, wait_s=[120, 300])), "", "wl-waiting"),
    "waiting next": Scene((*WAITS, queued(position=1)), "", "wl-waiting"),
    "out of hours": Scene((*WAITS, queued(position=1, back_at="2026-11-30T08:00:00Z")), "", "wl-waiting"),
    "off duty": Scene((*WAITS, queued(position=1, off_duty=True)), "", "wl-waiting"),
    "e-mail instead": Scene((*WAITS, queued(position=3)), "root.querySelector('wl-waiting').shadowRoot.querySelectorAll('.buttons button')[1].click()", "wl-waiting input"),
    "person": Scene(TALK, "", "wl-message.theirs"),
    "person types": Scene((*TALK, {"type": "typing", "from": AGENT, "on": True}, {"type": "seen", "from": AGENT, "seq": 5}), "", ".dots"),
    "csat": Scene((*OVER, survey("csat")), "", "wl-survey"),
    "csat picked": Scene((*OVER, survey("csat")), "root.querySelector('wl-survey').shadowRoot.querySelectorAll('input')[3].click()", "wl-survey .more textarea"),
    "ces": Scene((*OVER, survey("ces")), "", "wl-survey"),
    "nps": Scene((*OVER, survey("nps")), "", "wl-survey"),
    "rated": Scene((*OVER, survey("csat"), survey("csat", score=5)), "", ".notice"),
    "new episode": Scene((*OVER, {**said(CUSTOMER, "One more question"), "episode": 2}, {**cited(QUOTE), "episode": 2}), "", ".divider"),
    "past below": Scene(EARLIER, "", ".welcome .link", 3),
    "past": Scene(EARLIER, PAST, "wl-past .past", 3),
    "past read": Scene(EARLIER, READ, "wl-past wl-message", 3),
    "past and over": Scene((*EARLIER, {**stage("closed", "bot", "closed", CUSTOMER, resolution="solved"), "episode": 3}), PAST, "wl-past .anew button", 3),
    "anew": Scene(OVER, "panel.startAnew()", ".welcome .link:not([hidden])"),
    "attached": Scene((said(CUSTOMER, "The lamp arrived like this.", files=[PICTURE, PAPER]), cited(QUOTE)), "", "wl-message .files"),
    "attaching": Scene(ANSWERED, f"panel.composer.storage = {{ get: () => JSON.stringify([{json.dumps(PAPER)}]), set() {{}} }}; const big = new File([new Uint8Array(6e6)], 'film.mp4'); const drop = new DataTransfer(); drop.items.add(big); panel.composer.dispatchEvent(new DragEvent('drop', {{ dataTransfer: drop }}))", "wl-files .note.danger"),
    "offline": Scene(ANSWERED, "panel.chat.connection.status = 'offline'; panel.chat.changed()", ".bar:not(:empty)"),
    "too long": Scene((), "panel.composer.field.value = 'x'.repeat(4100); panel.composer.field.dispatchEvent(new Event('input'))", "wl-composer .limit:not(:empty)"),
}  # fmt: skip

# The line to the server is let go first: what happens from here on is the scene's.
SET = """(frames) => {
  const panel = document.querySelector('wl-panel');
  const root = panel.root;
  const { chat } = panel;
  chat.connection.close();
  chat.connection.status = 'online';
  chat.connection.send = () => true;
  chat.storage.names('').forEach((name) => chat.storage.remove(name));
  for (const frame of frames) chat.connection.receive(frame);
  chat.caughtUp = true;
  chat.changed();
}"""
THEN = """(then) => {
  const panel = document.querySelector('wl-panel');
  new Function('panel', 'root', then)(panel, panel.root);
}"""


def address(server: str, key: str, *, lang: str = "en", theme: str = "light") -> str:
    """The page of the frame, on its own."""
    return f"{server}/widget/?key={key}&lang={lang}#theme={theme}"


def set_scene(page: Page, name: str) -> None:
    """Bring the chat on this page (`address`, freshly loaded) into a state."""
    scene = SCENES[name]
    frame = next(one for one in page.frames if "/widget/?" in one.url)
    # Polite once the server has told what there was: from here on the line is not needed.
    frame.locator("wl-panel .log[aria-live=polite]").wait_for()
    frames = [
        {
            "type": "welcome",
            "conversation": "c",
            "episode": scene.episode,
            "stage": "bot",
            "seq": 99,
        }
    ]
    for seq, one in enumerate(scene.frames, 1):
        at = f"2026-11-24T10:{seq:02d}:00Z"
        frames.append(
            {"type": "event", "seq": seq, "episode": 1, "at": at, **one} if "kind" in one else one
        )
    frame.evaluate(SET, frames)
    messages = [
        one
        for one in scene.frames
        if one.get("kind") == "message" and one.get("episode", 1) >= scene.episode
    ]
    expect(frame.locator(".rows wl-message .bubble")).to_have_count(len(messages))
    if any(one.get("kind") == "survey" and "score" not in one for one in scene.frames[-1:]):
        frame.locator("wl-survey form").wait_for()
    if any(one.get("kind") == "handoff" for one in scene.frames):
        frame.locator("wl-waiting section").wait_for()
    frame.evaluate(THEN, scene.then)
    if scene.last:
        frame.locator(f"wl-panel {scene.last}").last.wait_for()
