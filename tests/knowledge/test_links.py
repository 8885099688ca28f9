"""Links between articles: however a help site puts them, they lead to the article meant or nowhere."""

import pytest

from knowledge.articles import ArticleId
from knowledge.links import ArticleLinks

ADDRESSES = {
    "docs/pricing/refunds.md": "https://help.example/pricing/refunds",
    "docs/pricing/plans.mdx": None,
    "docs/pricing/index.md": None,
    "docs/cli/plans.md": None,
    "docs/start.html": None,
    "guides/start.md": None,
    "guides/lost.md": "/claims/lost/",
    "guides/überall.md": "https://help.example/überall",
    "guides/seven.md": "https://help.example/article?id=7",
    "guides/broken.md": "https://[broken",
    "index.md": None,
}


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("refunds.md", "docs/pricing/refunds.md"),
        ("./refunds", "docs/pricing/refunds.md"),
        ("../cli/plans.md#limits", "docs/cli/plans.md"),
        ("plans?tab=pro", "docs/pricing/plans.mdx"),
        ("/docs/pricing/refunds.md", "docs/pricing/refunds.md"),
        ("/pricing/refunds/", "docs/pricing/refunds.md"),
        ("/pricing", "docs/pricing/index.md"),
        ("/cli/plans", "docs/cli/plans.md"),
        ("https://HELP.example/pricing/refunds/#how", "docs/pricing/refunds.md"),
        ("//help.example/pricing/refunds", "docs/pricing/refunds.md"),
        ("https://help.example/pricing/refunds?lang=en", "docs/pricing/refunds.md"),
        ("https://help.example/article?id=7", "guides/seven.md"),
        ("/article?id=7", "guides/seven.md"),
        ("https://help.example/article?id=8", None),
        ("https://help.example/%C3%BCberall", "guides/überall.md"),
        ("../../guides/%C3%BCberall", "guides/überall.md"),
        ("/claims/lost", "guides/lost.md"),
        ("mailto:/claims/lost", None),
        ("/", "index.md"),
        ("../../", "index.md"),
        ("/index.html", "index.md"),
        ("../../..", None),
        ("/plans", None),  # two articles end like that
        ("/start", None),
        ("start", None),  # none beside this one
        ("/gone", None),
        ("https://elsewhere.example/pricing/refunds", None),
        ("mailto:help@shop.example", None),
        ("#above", None),
        ("https://[", None),
        ("", None),
    ],
)
def test_a_link_leads_to_the_article_meant(link: str, target: str | None) -> None:
    links = ArticleLinks({ArticleId(id_): url for id_, url in ADDRESSES.items()})
    assert links.target(link, ArticleId("docs/pricing/faqs.md")) == target
