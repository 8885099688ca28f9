"""HTML pages: the main content, nothing of the page around it."""

from datetime import date

import pytest

from tests.ingest.conftest import Read

PAGE = """<!DOCTYPE html><html lang="de-at"><head><title>Pay by card | Acme Help</title>
<meta name="description" content="How to pay."><meta name="keywords" content="pay, card">
<meta property="article:modified_time" content="2026-03-04T10:00:00Z">
<link rel="canonical" href="https://help.acme.example/pay"><style>p {}</style></head><body>
<header class="site-header"><a href="/">Acme</a><nav><ul><li>Home</li></ul></nav></header>
<div id="cookie-banner">We use cookies. <button>Accept</button></div>
<div class="breadcrumbs">Home / Pay</div>
<main><article><header><h1>Pay by card <a class="headerlink" href="#p">¶</a></h1></header>
<p>We take <b>Visa</b> and
   <a href="/master card">Mastercard</a>.</p>
<ol><li>Open <i>Checkout</i>.<ul><li>On the web</li></ul></li><li>Pay.</li></ol>
<table><thead><tr><th>Card</th><th>Fee</th></tr></thead>
<tr><td rowspan="2">Visa</td><td>1&nbsp;%</td></tr><tr><td>2 % <br>abroad</td></tr></table>
<pre><code class="language-js">if (a &lt; b) {
  pay();
}</code></pre>
<dl><dt>CVC</dt><dd>Three digits.</dd></dl>
<p>Write &lt;your-name&gt; and 2 * 3 * 4.</p>
<div class="related-articles"><h2>Related</h2><a href="/x">Other</a></div></article></main>
<aside>Advert</aside><footer>Imprint</footer><script>track()</script></body></html>"""

EXPECTED = """# Pay by card

We take **Visa** and [Mastercard](/master%20card).

1. Open *Checkout*.
   - On the web
2. Pay.

| Card | Fee |
| --- | --- |
| Visa | 1 % |
| Visa | 2 % abroad |

```js
if (a < b) {
  pay();
}
```

- **CVC:** Three digits.

Write \\<your-name> and 2 \\* 3 \\* 4.
"""


def test_page_becomes_its_main_content_in_commonmark(read: Read) -> None:
    assert read("pay.html", PAGE).articles[0].text == EXPECTED


def test_facts_come_from_the_pages_head(read: Read) -> None:
    article = read("pay.html", PAGE).articles[0]
    assert (article.title, article.description, article.locale) == (
        "Pay by card",
        "How to pay.",
        "de-AT",
    )
    assert (article.tags, article.updated) == (("pay", "card"), date(2026, 3, 4))
    assert article.url == "https://help.acme.example/pay"


def test_title_without_h1_loses_the_sites_name(read: Read) -> None:
    page = (
        "<html><head><title>Pay by card | Acme Help</title></head><body><p>Text.</p></body></html>"
    )
    assert read("pay.html", page).articles[0].title == "Pay by card"


@pytest.mark.parametrize(
    "page",
    [
        "<p>One <b>two<p>three</b>",
        "<div><ul><li>a<li>b</div>",
        "text < and > and & without tags",
        "<table><tr><td>a<tr><td>b</table>",
        "<p>never closed <a href='x",
    ],
)
def test_broken_markup_is_read_as_a_browser_would(read: Read, page: str) -> None:
    assert read("a.html", page).articles[0].text.strip()


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ("<meta charset='iso-8859-1'><p>Größe".encode("latin-1"), "Größe"),
        ("<p>Größe".encode(), "Größe"),
        ("\ufeff<p>Größe".encode("utf-16"), "Größe"),
        ("<p>Ä\xa0Ö".encode("cp1252"), "Ä Ö"),
    ],
    ids=["declared latin-1", "utf-8", "utf-16 mark", "undeclared cp1252"],
)
def test_encodings_are_told(read: Read, data: bytes, word: str) -> None:
    assert word in read("a.html", data).articles[0].text


def test_layout_table_is_paragraphs(read: Read) -> None:
    page = (
        "<table class='note'><tr><td><img src='t.png'></td><td><b>TIP</b> Tap it.</td></tr></table>"
    )
    assert read("a.html", page).articles[0].text == "**TIP** Tap it.\n"


def test_page_that_only_redirects_is_skipped(read: Read) -> None:
    page = "<meta http-equiv='refresh' content='0; url=/new'><p>Moved.</p>"
    assert read("a.html", page).skipped == "redirects to /new"


def test_noindex_draft_and_empty_pages_are_no_articles(read: Read) -> None:
    assert read("a.html", "<html><body><nav>Home</nav></body></html>").skipped
