"""An OpenAI-compatible endpoint on a loopback port that answers by a script: a real HTTP server.

`faithful` words the passages it is given, truthfully; the other scripts fail in the ways that models
and their servers do.
"""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_BLOCK = re.compile(
    r"^--- (?P<mark>\w+) (?P<name>[^\n]+)\n(?P<text>.*?)\n--- (?P=mark) end$", re.S | re.M
)
_TABLE_HEAD = re.compile(r"^\|[^\n]*\|\n\|[ :|-]+\|\n?", re.M)
_WORD = re.compile(r"\w{3,}")


@dataclass(frozen=True)
class Asked:
    """What the endpoint was sent: the system text and the fenced blocks, by name."""

    system: str
    user: str

    @property
    def blocks(self) -> list[tuple[str, str]]:
        return [(m["name"], m["text"]) for m in _BLOCK.finditer(self.user)]

    @property
    def question(self) -> str:
        return self.blocks[-1][1]

    @property
    def passages(self) -> list[tuple[int, str]]:
        numbered = (re.match(r"passage (\d+)", name) for name, _ in self.blocks)
        return [
            (int(m.group(1)), text) for m, (_, text) in zip(numbered, self.blocks, strict=True) if m
        ]


@dataclass(frozen=True)
class Script:
    """What to send: a status, headers, and the text in pieces; `hangs` never ends the answer."""

    write: Callable[[Asked], Iterator[str]] = lambda _: iter(())
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    hangs: bool = False


@dataclass(eq=False)
class Endpoint:
    """A running endpoint; change `script` at any time. `requests` keeps what was asked."""

    url: str
    script: Script
    requests: list[Asked] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def settings(self) -> dict[str, str]:
        """The environment of a server that uses it."""
        return {"WARMLINE_LANGUAGE_MODEL": "scripted", "WARMLINE_LANGUAGE_MODEL_URL": self.url}


def faithful(asked: Asked) -> Iterator[str]:
    """Word the sentences nearest to the question, of the first passage and of all, truthfully."""
    if not asked.passages:  # a follow-up to be rewritten
        yield asked.question
        return
    wanted = {w.lower()[:5] for w in _WORD.findall(asked.question)}
    found = [
        (number, sentence.strip(" -*>"))
        for number, text in asked.passages
        for line in _TABLE_HEAD.sub("", text).splitlines()
        if not line.startswith(("#", "```"))
        for sentence in ([line] if line.startswith("|") else re.split(r"(?<=[.!?])\s+", line))
        if len(sentence.strip(" -*>|:")) > 12 and "?" not in sentence
    ]
    near = sorted(found, key=lambda f: -len(wanted & {w.lower()[:5] for w in _WORD.findall(f[1])}))
    # The first passage is of the article that answers; what is told must begin with it.
    first = next((f for f in near if f[0] == 1), near[0])
    for number, quote in dict.fromkeys([first, near[0]]):
        said = reworded(quote.strip("| ").replace(" | ", ": "))
        yield claim(said, number, quote) + "\n"


def reworded(sentence: str) -> str:
    """Say the same in other words: plain text, short forms."""
    sentence = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", sentence)
    sentence = re.sub(
        r"^\d+[.)] ", "", sentence.replace("**", "").replace("*", "").replace("`", "")
    )
    for one, other in (("do not", "don't"), ("cannot", "can't"), ("You may", "You can")):
        sentence = sentence.replace(one, other)
    return sentence


def claim(sentence: str, passage: int | None, quote: str) -> str:
    """One line as the prompt asks for it."""
    line = {"sentence": sentence, "passage": passage, "quote": quote}
    return json.dumps(line, ensure_ascii=False)


@contextmanager
def endpoint(script: Script) -> Iterator[Endpoint]:
    """Serve a script on a free loopback port."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    state = Endpoint(f"http://127.0.0.1:{server.server_address[1]}/v1", script)
    server.state = state  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield state
    finally:
        state.ended.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Somebody hung up: that is a script's business, not an error."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        state: Endpoint = self.server.state  # type: ignore[attr-defined]
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        texts = {m["role"]: m["content"] for m in body["messages"]}
        asked = Asked(texts.get("system", ""), texts["user"])
        state.requests.append(asked)
        state.headers.append({k.lower(): v for k, v in self.headers.items()})
        script = state.script
        if script.status != 200:
            self._refuse(script)
            return
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        try:
            for piece in script.write(asked):
                self._chunk({"delta": {"content": piece}, "finish_reason": None})
            if script.hangs:
                state.ended.wait()
                return
            self._chunk({"delta": {}, "finish_reason": "stop"})
            self.wfile.write(b"data: [DONE]\n\n")
        except OSError:
            pass  # the other side has what it needs
        self.close_connection = True

    def _chunk(self, choice: dict[str, Any]) -> None:
        data = {
            "id": "x", "object": "chat.completion.chunk", "created": 0, "model": "scripted",
            "choices": [{"index": 0, **choice}],
        }  # fmt: skip
        self.wfile.write(f"data: {json.dumps(data)}\n\n".encode())
        self.wfile.flush()

    def _refuse(self, script: Script) -> None:
        body = json.dumps({"error": {"message": "no", "type": "scripted"}}).encode()
        self.send_response(script.status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        for name, value in script.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
