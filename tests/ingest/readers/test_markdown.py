"""Markdown dialects become plain CommonMark."""

from datetime import date

import pytest

from knowledge.articles import Status
from tests.ingest.conftest import Read

CASES = {
    "comment": ("a <!-- not this --> b", "a b"),
    "component with content": ("<Card title='Plans'>\n  Pick **one**.\n</Card>", "**Plans**\n\nPick **one**."),
    "component without content": ("Before.\n\n<Hero image={x} />\n\nAfter.", "Before.\n\nAfter."),
    "callout": ("<Callout type='warning'>Mind the gap.</Callout>", "**Warning:** Mind the gap."),
    "steps": (
        "<Steps>\n  <Step title='Open'>\n    Click.\n  </Step>\n  <Step title='Close'>\n    Done.\n"
        "  </Step>\n</Steps>",
        "1. **Open**\n\n   Click.\n2. **Close**\n\n   Done.",
    ),
    "tabs": (
        "<Tabs>\n<TabItem value='ios' label='iPhone'>\n\nTap it.\n\n</TabItem>\n</Tabs>",
        "**iPhone**\n\nTap it.",
    ),
    "docusaurus note": (":::tip Save time\nUse keys.\n:::", "**Save time:** Use keys."),
    "mkdocs note": ('!!! warning "Careful"\n    It is hot.\n\nOn.', "**Careful:** It is hot.\n\nOn."),
    "mkdocs tab": ('=== "Mac"\n    Press it.\n', "**Mac**\n\nPress it."),
    "github alert": ("> [!NOTE]\n> Read this.\n> And this.\n", "**Note:** Read this.\nAnd this."),
    "hugo note": ('{{< hint style="danger" >}}\nHot.\n{{< /hint >}}', "**Danger:** Hot."),
    "hugo link": ('See [it]({{< ref "admin/x.md" >}}).', "See [it](admin/x.md)."),
    "gitbook hint": ('{% hint style="info" %}\nRead.\n{% endhint %}', "**Note:** Read."),
    "jekyll value": ("See [it]({{ site.baseurl }}/a).\n\n{% if x %}Yes.{% else %}No.{% endif %}", "See [it](/a).\n\nYes."),
    "jekyll loop": ("Text.\n\n{% for d in site.docs %}\n- {{ d.title }}\n{% endfor %}", "Text."),
    "liquid raw": ("Write {% raw %}`{{ name }}`{% endraw %} here.", "Write `{{ name }}` here."),
    "kramdown attributes": ('[a](/b){:target="_blank"} c\n\n## Head {#head}\n\nText.', "[a](/b) c\n\n## Head\n\nText."),
    "character references": ("Tom &amp; Jerry &mdash; &#8364;5&nbsp;a&#x20;day", "Tom & Jerry — €5 a day"),
    "references in code stay": ("Write `&gt;`:\n\n```\n&lt;b&gt;\n```", "Write `&gt;`:\n\n```\n&lt;b&gt;\n```"),
    "references never become markup": ("&lt;b&gt; &#42;x&#42; &lsqb;a]\n\n&gt; b\n\n&#35; c", "\\<b> \\*x\\* \\[a]\n\n\\> b\n\n\\# c"),
    "references encoded twice": ("It &amp;quot;ballooned&amp;quot;.", 'It "ballooned".'),
    "unknown and escaped references": ("R&D; AT&T \\&gt; &nosuch;", "R&D; AT&T \\&gt; &nosuch;"),
    "a reference cannot pose as hidden code": ("`a` &#xe000;0&#xe001;", "`a` 0"),
    "details": ("<details><summary>Why?</summary>\n\nBecause.\n\n</details>", "**Why?**\n\nBecause."),
    "html link and break": ('<a href="/x">go</a><br>now', "[go](/x)  \nnow"),
    "html table": (
        "<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>x|y</td></tr></table>",
        "| A | B |\n| --- | --- |\n| 1 | x\\|y |",
    ),
    "html list in text": ("Do:\n\n<ol><li>one</li><li>two</li></ol>", "Do:\n\n1. one\n2. two"),
    "placeholder": ("Run it with <your-token> now.", "Run it with \\<your-token> now."),
    "autolink": ("See <https://a.example/b> now.", "See <https://a.example/b> now."),
    "address with spaces": (
        "See [it](<b c (1).md>), [this](<refund policy.md> \"t\") and [that](<{{ site.baseurl }}/a>).",
        "See [it](b%20c%20%281%29.md), [this](refund%20policy.md \"t\") and [that](/a).",
    ),
    "lone picture": ("One.\n\n![shot](a.png)\n\nTwo.", "One.\n\nTwo."),
    "picture in a sentence": ("Tap ![Gear](g.png) now.", "Tap Gear now."),
    "reference link": ("See [the page][p].\n\n[p]: https://a.example", "See [the page](https://a.example)."),
    "footnote": ("Fact.[^1]\n\n[^1]: Source.", "Fact.\n\nSource."),
    "wiki link": ("See [[Refunds|the refunds]].", "See the refunds."),
    "mdx module": (
        "import Tabs from '@theme/Tabs';\nexport const x = {\n  a: 1,\n};\n\nText.",
        "Text.",
    ),
    "template literal code": (
        "<Code>\n{`npm run\nnpm test`}\n</Code>",
        "```\nnpm run\nnpm test\n```",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), CASES.values(), ids=CASES.keys())
def test_dialect_becomes_plain_commonmark(read: Read, source: str, expected: str) -> None:
    path = "a.mdx" if source.startswith("import") else "a.md"
    assert read(path, source).articles[0].text.strip() == expected


@pytest.mark.parametrize(
    "code",
    [
        "```\n{{ site.x }} <Card> {% if %} <!-- c --> ![a](b) :::note\n```",
        "- step\n\n  ```js\n  import a from 'b'\n    deep\n  ```",
        "Use `{{ name }}` and `<Card>` and `![x](y)`.",
        "~~~~\n```\ninner\n```\n~~~~",
    ],
    ids=["fence", "fence in a list", "spans", "fence in a fence"],
)
def test_code_is_never_touched(read: Read, code: str) -> None:
    assert read("a.mdx", f"Text.\n\n{code}\n").articles[0].text == f"Text.\n\n{code}\n"


def test_front_matter_tells_the_facts(read: Read) -> None:
    article = read(
        "reset.md",
        "---\ntitle: 'Reset it'\ndescription: How.\nlang: fr_FR\ntags: [a, b]\ncategory: C\n"
        "lastmod: 2026-01-02\npermalink: /reset/\nproduct: Phone\n---\nText.\n",
    ).articles[0]
    assert (article.title, article.description, article.locale) == ("Reset it", "How.", "fr-FR")
    assert (article.tags, article.updated) == (("a", "b", "C"), date(2026, 1, 2))
    assert (article.url, article.product, article.text) == ("/reset/", "Phone", "Text.\n")


def test_toml_front_matter_is_read(read: Read) -> None:
    article = read("a.md", '+++\ntitle = "Toml"\ndraft = true\n+++\nText.\n').articles[0]
    assert (article.title, article.status) == ("Toml", Status.DRAFT)


def test_broken_front_matter_is_read_line_by_line_and_noted(read: Read) -> None:
    reading = read("a.md", "---\ntitle: Say: what: now\n  bad: [\n---\nText.\n")
    assert reading.articles[0].title == "Say: what: now"
    assert "front matter" in reading.notes[0]
    assert reading.articles[0].text == "Text.\n"


def test_title_comes_from_the_first_h1_else_the_file_name(read: Read) -> None:
    assert read("a.md", "Intro.\n\n# The *big* one\n\nText.").articles[0].title == "The big one"
    assert read("how-to_pay.md", "Text.").articles[0].title == "How to pay"


def test_rule_at_the_top_is_not_front_matter(read: Read) -> None:
    assert "Not matter." in read("a.md", "---\nNot matter.\n---\n\nText.").articles[0].text


def test_redirect_stub_is_skipped_with_its_target(read: Read) -> None:
    assert read("a.md", "---\nredirect: /new\n---\n").skipped == "redirects to /new"


def test_include_is_resolved_from_the_source_and_a_missing_one_is_noted(read: Read) -> None:
    reading = read(
        "a.md",
        "{% include mail.md %}\n\n{% include gone.md %}",
        **{"_includes/mail.md": "Write us."},
    )
    assert reading.articles[0].text == "Write us.\n"
    assert reading.notes == ("include 'gone.md' is not in the source; left out",)


def test_include_never_leaves_the_source(read: Read) -> None:
    reading = read("a.md", "Text. {% include ../../../etc/hostname %}")
    assert reading.articles[0].text == "Text.\n"
