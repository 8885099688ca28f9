"""Less to send, the same to run."""

import pytest

from web.slimming import slim_script, slim_sheet

KEPT = {
    "address": 'const a = "https://example.com//x"; // gone',
    "template": "const a = `//kept ${b} /* kept */`;",
    "regular expression": "const a = /https?:\\/\\/[^/\"']+/g; // gone",
    "class of slashes": "text.match(/[/*]/);",
    "division": "const a = b / c / d;",
    "quote in a regular expression": "const a = b.replace(/\"/g, '//');",
}


@pytest.mark.parametrize("case", KEPT)
def test_what_looks_like_a_comment_is_kept(case: str) -> None:
    assert slim_script(KEPT[case]) == KEPT[case].replace("// gone", "").rstrip() + "\n"


def test_comments_indentation_and_blank_lines_of_a_script_go() -> None:
    source = "/** Says\n * much. */\nfunction f() {\n\n  return 1; // one\n}\n"
    assert slim_script(source) == "function f() {\nreturn 1;\n}\n"


def test_a_sheet_keeps_its_meaning() -> None:
    source = '/* Why */\na::before {\n  content: "/* a; b */";\n  width: calc(1px + 2px);\n}\n'
    assert slim_sheet(source) == 'a::before{content: "/* a; b */";width: calc(1px + 2px)}'
