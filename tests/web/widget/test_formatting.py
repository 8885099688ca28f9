"""Nothing anyone writes becomes markup, and nothing of it gets lost."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

ALLOWED = {"DIV", "SPAN", "STRONG", "EM", "CODE", "PRE", "A", "BR", "TABLE", "TR", "TH", "TD"}

# For each text and both ways of showing it: the text that comes out, the elements, the addresses.
SHOW = """async (texts) => {
  const { formatted, plain } = await import('/widget/formatting.js');
  window.alert = () => { window.attacked = true; };
  return texts.flatMap((text) => [formatted, plain].map((show) => {
    const box = document.body.appendChild(document.createElement('div'));
    box.append(show(text));
    const inside = [...box.querySelectorAll('*')];
    const made = { text: box.textContent, tags: [...new Set(inside.map((one) => one.tagName))],
      links: inside.filter((one) => one.href).map((one) => one.protocol),
      handlers: inside.filter((one) => one.getAttributeNames().some((name) => name.startsWith('on'))).length,
      attacked: Boolean(window.attacked) };
    box.remove();
    return made;
  }));
}"""
TRICKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "[click](javascript:alert(1))",
    "[click](JaVaScRiPt:alert(1)) [b](data:text/html,<script>alert(1)</script>)",
    '![x](https://example.com/" onerror="alert(1))',
    "[a](https://example.com/'onclick='alert(1)')",
    "https://example.com/<script>alert(1)</script>",
    "**<b>bold</b>** `<i>code</i>`",
    "```\n<script>alert(1)</script>\n```",
    "| <script> | b |\n| --- | --- |\n| alert(1) | c |",
    "```\nnever closed",
    "**never closed `nor this [nor](this",
    "1. one\n2. two\n   more\n- three\n\n# Heading **x**\n",
    "a  \nb\\\nc",
    "\u202eright to left\u202c \u0000 \ufeff \U0001f469\u200d\U0001f692",
    "{{7*7}} ${7*7} <%= 7*7 %> #{7*7}",
    "\\*not bold\\* \\[not a link\\](x)",
    "|||\n|-|\n",
    "a\r\nb",
    "wide | row\n---|---\nx \\| y | z",
]
# Longer than a customer may write, as an article may be.
RUNS = ["*" * 20_000, "*_" * 10_000, "**a " * 2_000]


def check(page: Page, texts: list[str]) -> None:
    """The text is whole; only our elements; only harmless addresses; nothing ran."""
    for at, made in enumerate(page.evaluate(SHOW, texts)):
        assert made["text"] == texts[at // 2]
        assert set(made["tags"]) <= ALLOWED
        assert set(made["links"]) <= {"http:", "https:", "mailto:", "tel:"}
        assert (made["handlers"], made["attacked"]) == (0, False)


def test_tricks_stay_the_text_they_are(modules: Page) -> None:
    check(modules, TRICKS)


def test_runs_of_marks_stay_the_text_they_are(modules: Page) -> None:
    check(modules, RUNS)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.text(
            st.sampled_from("ab *_`[]()!|#-1.\n\\<>:/&\"'\t") | st.characters(codec="utf-8"),
            max_size=60,
        ),
        min_size=1,
        max_size=40,
    )
)
def test_any_text_stays_the_text_it_is(modules: Page, texts: list[str]) -> None:
    check(modules, texts)


FORMS = {
    "bold": ("Press **Save** now", "STRONG", "Save"),
    "emphasis": ("Open *Settings > Account*.", "EM", "Settings > Account"),
    "underscores": ("_Settings_", "EM", "Settings"),
    "both": ("Press ***Save*** now", "STRONG > EM", "Save"),
    "emphasis in bold": ("**Press *Save* now**", "STRONG > EM", "Save"),
    "bold in emphasis": ("*Press **Save** now*", "EM > STRONG", "Save"),
    "code in emphasis": ("*Type `a*b` now*", "EM > CODE", "a*b"),
    "a name in emphasis": ("*the user_name field*", "EM", "the user_name field"),
    "emphasis without spaces": ("点*保存*即可", "EM", "保存"),
    "code": ("Type `reset`", "CODE", "reset"),
    "link": ("See [our page](https://example.com/a).", "A", "our page"),
    "bare": ("See https://example.com/a.", "A", "https://example.com/a"),
    "table": ("| A | B |\n| - | - |\n| 1 | 2 |\n", "TH", " A "),
}
NO_EMPHASIS = [
    "2*3*4",
    "5 * 3 * 2",
    "snake_case_name",
    "имя_поля_таблицы",
    "中_文_字",
    "__init__",
    "*.txt or *.md",
    "a * b* c",
    "*" * 80,
]
WITHOUT_MARKS = {
    "\\*so\\*": "*so*",
    "*Fields marked \\* are required*": "Fields marked * are required",
    "*foo\\* is": "*foo* is",
    "Use *.txt or `*.md`.": "Use *.txt or *.md.",
}


def test_only_emphasis_loses_its_marks(modules: Page) -> None:
    shown = modules.evaluate(
        "async (texts) => { const { unformatted } = await import('/widget/formatting.js');"
        " return texts.map(unformatted); }",
        [*NO_EMPHASIS, *WITHOUT_MARKS],
    )
    assert shown == [*NO_EMPHASIS, *WITHOUT_MARKS.values()]


@pytest.mark.parametrize("form", FORMS)
def test_simple_forms_are_shown(modules: Page, form: str) -> None:
    text, tag, words = FORMS[form]
    found = modules.evaluate(
        "async ([text, tag]) => { const { formatted } = await import('/widget/formatting.js');"
        " const box = document.createElement('div'); box.append(formatted(text));"
        " return box.querySelector(tag)?.textContent; }",
        [text, tag],
    )
    assert found == words


def test_a_list_keeps_the_articles_own_numbers(modules: Page) -> None:
    marks = modules.evaluate(
        "async () => { const { formatted } = await import('/widget/formatting.js');"
        " const box = document.createElement('div'); box.append(formatted('3. c\\n4. d\\n'));"
        " return [...box.querySelectorAll('[role=list] > [role=listitem]')].map((one) => one.dataset.mark); }"
    )
    assert marks == ["3.", "4."]


def test_what_a_text_says_can_be_had_without_its_marks(modules: Page) -> None:
    text = (
        "Press **Save** in [our page](https://example.com/a), \\<b>.\n\n1. One `x`\n- two\n\n"
        "| A | B |\n|---|---|\n| 1 | https://example.com/b |\n"
    )
    said = modules.evaluate(
        "async (text) => (await import('/widget/formatting.js')).unformatted(text)", text
    )
    assert said.splitlines() == [
        "Press Save in our page (https://example.com/a), <b>.",
        "",
        "1. One x",
        "• two",
        "",
        " |  A  |  B  | ",
        " |  1  |  https://example.com/b  | ",
    ]
