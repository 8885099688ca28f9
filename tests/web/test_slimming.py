"""Less to send, the same to run."""

import re
from pathlib import Path

import pytest

import web
from web.slimming import slim_script, slim_sheet

CASES = {
    "address": ('const a = "https://x.example//y"; // gone', 'const a="https://x.example//y";'),
    "template": ("const a = `// kept ${b} /* kept */`;", "const a=`// kept ${b} /* kept */`;"),
    "template in a template": (
        "const a = `${b} of ${c ? ` of ${c} in ${d}` : ``} chats` + `x`;",
        "const a=`${b} of ${c ? ` of ${c} in ${d}` : ``} chats`+`x`;",
    ),
    "block in a template": ("`a ${b((c) => { d; })} e` + f;", "`a ${b((c) => { d; })} e`+f;"),
    "dollar in a template": ("const a = `$ ${b} $`;", "const a=`$ ${b} $`;"),
    "regular expression": (
        'const a = /https?:\\/\\/ [^/"]+/g; // gone',
        'const a=/https?:\\/\\/ [^/"]+/g;',
    ),
    "class of slashes": ("text.match(/[/*] /);", "text.match(/[/*] /);"),
    "division": ("const a = b / c / d;", "const a=b/c/d;"),
    "quote in a regular expression": ("a.replace(/\" /g, '// ');", "a.replace(/\" /g,'// ');"),
    "signs that would join": ("a + +b; c - -d; e++ + f;", "a+ +b;c- -d;e++ +f;"),
    "words": (
        "async function f() { return typeof a in b; }",
        "async function f(){return typeof a in b;}",
    ),
    "private names": ("static #a = 1; #b = #c in d;", "static #a=1;#b=#c in d;"),
    "comment between words": ("return/* why */a;", "return a;"),
}


@pytest.mark.parametrize("case", CASES)
def test_what_says_something_is_kept(case: str) -> None:
    source, slim = CASES[case]
    assert slim_script(source) == slim


SCRIPTS = sorted(Path(web.__file__).parent.glob("**/static/*.js"))
TEMPLATE_IN_TEMPLATE = re.compile(r"\$\{[^}`\n]*`[^`\n]*`[^`\n]*\}[^`\n]*`")


def test_a_literal_within_another_is_served_as_it_is_written() -> None:
    texts = [script.read_text(encoding="utf-8") for script in SCRIPTS]
    nested = [(text, inner) for text in texts for inner in TEMPLATE_IN_TEMPLATE.findall(text)]
    assert len(nested) > 3
    assert [inner for text, inner in nested if inner not in slim_script(text)] == []


def test_comments_and_empty_lines_of_a_script_go_and_statements_stay_apart() -> None:
    source = (
        "/** Says\n * much. */\nfunction f() {\n\n  return [\n1,\n2]; // one\n}\nlet a = 1\nlet b\n"
    )
    assert slim_script(source) == "function f(){return[1,2];}\nlet a=1\nlet b\n"


def test_a_sheet_keeps_its_meaning() -> None:
    source = '/* Why */\na::before {\n  content: "/* a; b */";\n  width: calc(1px + 2px);\n}\n'
    assert slim_sheet(source) == 'a::before{content:"/* a; b */";width:calc(1px + 2px)}'


def test_a_selector_with_a_space_keeps_it() -> None:
    assert slim_sheet("a :hover, b > c { color: red }") == "a :hover,b > c{color:red}"
