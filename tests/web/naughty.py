"""Strings that break careless programs: our own list always, the shared lists where they are.

Ours names each way by which a text has become something else elsewhere; the shared ones
(`../shared/data` beside the repository) are long and not ours to commit.
"""

import json
from collections.abc import Iterator
from pathlib import Path

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
FILES = ("attacks_naughty_strings.jsonl", "attacks_xss.jsonl")

OWN = [
    "<script>document.title='owned'</script>",
    "<img src=x onerror=\"document.title='owned'\">",
    "\"><svg/onload=document.title='owned'>",
    "'-(document.title='owned')-'",
    "</textarea></title></style></script><script>document.title='owned'</script>",
    "<iframe srcdoc=\"<script>parent.document.title='owned'</script>\"></iframe>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=x onerror=document.title='owned'&gt;\">",
    "[press](javascript:document.title='owned')",
    "![picture](https://tracker.example/pixel.gif)",
    "javascript:document.title='owned'",
    "data:text/html,<script>document.title='owned'</script>",
    "{{constructor.constructor(\"document.title='owned'\")()}} ${7*7} #{7*7} <%= 7*7 %>",
    "__proto__ constructor hasOwnProperty toString",
    "undefined null NaN true false 0 -1 1e309",
    "' OR 1=1 -- ; DROP TABLE events; /* */",
    "%s %n %x {0} {name} $(id) `id` ; rm -rf /",
    "..\\..\\etc\\passwd ../../etc/passwd %2e%2e%2f",
    "&lt;b&gt; &amp;amp; &#x3C;script&#x3E; &nbsp;",
    "\\u003cscript\\u003e \\x3cscript\\x3e \\n \\0",
    "tab\there, bell\x07, escape\x1b[31m, delete\x7f",
    "zero\u200bwidth\u200djoined \u2060word \ufeffmark",
    "\u202eright to left override\u202c and \u2066isolate\u2069",
    "\u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd mixed with English",
    "Z\u0351\u036b\u0343\u036a\u0302a\u0328\u0347l\u0336g\u0321o\u031e",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 \U0001f1f3\U0001f1f4 \U0001f44d\U0001f3fd",
    "\u0130I\u0131i \u00df\u1e9e \ufb01 \u01c5 \u1f88",
    "\uff1cscript\uff1e \u2039script\u203a \u02bascript\u02ba",
    "line\u2028separator and paragraph\u2029separator",
    "long" * 120,
    "*not bold* **bold** _x_ ~~y~~ `code` # heading > quote | a | b |",
    "<b>bold</b> & <i>more</i> &amp; &lt;b&gt;",
    "</textarea><script>attacked = 1</script>",
    "</title><script>attacked = 1</script>",
    "<iframe srcdoc='<script>parent.attacked = 1</script>'></iframe>",
    "<a href='javascript:attacked=1'>x</a> <form action=javascript:attacked=1><input type=submit>",
    "javascript:attacked=1",
    "data:text/html,<script>attacked=1</script>",
    "<math><mtext></p><style><!--</style><img title='--&gt;&lt;img src=x onerror=attacked=1&gt;'>",
    "' OR 1=1; DROP TABLE events; --",
    "-->]]><!--<![CDATA[",
    "\u202eevil\u202c \u2066x\u2069 \ufeffbom \u200bzero",
    "e\u0301 vs \u00e9 vs \u1e69\u0323 Z\u0351\u036b\u0343\u036aalgo",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 \U0001f3f4\u200d\u2620\ufe0f \U0001f1e9\U0001f1ea",
    "\u0627\u0644\u0633\u0644\u0627\u0645 \u05e9\u05dc\u05d5\u05dd mixed with English",
    "a" * 900,
    "\uff34\uff45\uff53\uff54 \u30c6\u30b9\u30c8 \u6d4b\u8bd5 \ud55c\uad6d\uc5b4",
    "$& $1 {name} {n} %s %d \\n \\u0041",
    "__proto__",
    "constructor",
    "[object Object]",
    "null",
]  # fmt: skip


def strings() -> list[str]:
    """Every string, each once, in a lasting order."""
    return list(dict.fromkeys([*OWN, *_shared()]))


def _shared() -> Iterator[str]:
    for name in FILES:
        if (SHARED / name).exists():
            for line in (SHARED / name).read_text(encoding="utf-8").splitlines():
                yield json.loads(line)["text"]


def messages(max_chars: int) -> list[str]:
    """The strings, as few messages of at most so many characters: each string on lines of its own.

    A message keeps neither blanks at its ends nor NUL, so the strings stand between marks.
    """
    made: list[str] = []
    lines: list[str] = []
    for text in strings():
        line = f"\u25b8{text.replace(chr(0), '')}\u25c2"[:max_chars]
        if lines and sum(map(len, lines)) + len(lines) + len(line) > max_chars:
            made.append("\n".join(lines))
            lines = []
        lines.append(line)
    return [*made, "\n".join(lines)]
