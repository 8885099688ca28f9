"""reStructuredText, with Sphinx's roles and directives."""

import pytest

from tests.ingest.conftest import Read

CASES = {
    "headings and text": ("Title\n=====\n\nText *a* **b** ``c``.\n\nPart\n----\n\nMore.",
                          "# Title\n\nText *a* **b** `c`.\n\n## Part\n\nMore."),
    "roles": (":doc:`the page </a/b>`, :ref:`it <x:y>`, :kbd:`Ctrl`, :guilabel:`&Save`, :nobody:`n`.",
              "the page, it, `Ctrl`, **Save**, n."),
    "note": (".. note::\n\n   Mind it.\n\n   More.", "**Note:** Mind it.\n\nMore."),
    "note on one line": (".. tip:: Save it.", "**Tip:** Save it."),
    "version": (".. versionadded:: 2.0\n   The button.", "**New in version 2.0:** The button."),
    "tabs": (".. tab:: Web\n\n   1. Click.\n   2. Save.\n\n.. tab:: Phone\n\n   Tap.",
             "**Web**\n\n1. Click.\n2. Save.\n\n**Phone**\n\nTap."),
    "code": (".. code-block:: python\n   :linenos:\n\n   if a < b:\n       go()\n\nEnd.",
             "```python\nif a < b:\n    go()\n```\n\nEnd."),
    "list table": (".. list-table::\n   :header-rows: 1\n\n   * - A\n     - B\n   * - 1\n     - 2",
                   "| A | B |\n| --- | --- |\n| 1 | 2 |"),
    "raw html": (".. raw:: html\n\n   <table><tr><th>A</th></tr><tr><td>1</td></tr></table>\n\nEnd.",
                 "| A |\n| --- |\n| 1 |\n\nEnd."),
    "navigation": (".. toctree::\n   :maxdepth: 2\n\n   a\n   b\n\n.. contents::\n\nText.", "Text."),
    "picture": ("Text.\n\n.. image:: a.png\n   :alt: A shot.\n\nMore.", "Text.\n\nMore."),
    "unknown directive": (".. fancybox:: Why\n\n   Because.", "**Why**\n\nBecause."),
    "icon": ("Select the **More** |more-icon| icon.", "Select the **More** icon."),
    "picture as a cell": (
        ".. |checkmark| image:: c.png\n\n+------+-------------+\n| A    | B           |\n+======+=============+\n"
        "| x    | |checkmark| |\n+------+-------------+\n",
        "| A | B |\n| --- | --- |\n| x | ✓ |",
    ),
    "link without its role": ("In the `table view <work/views:board view>`, it folds.", "In the table view, it folds."),
    "own substitution": (".. |name| replace:: Acme\n\nUse |name| now.", "Use Acme now."),
    "indented text is no quote": ("One.\n\n   Two.", "One.\n\nTwo."),
}  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), CASES.values(), ids=CASES.keys())
def test_rst_becomes_plain_commonmark(read: Read, source: str, expected: str) -> None:
    assert read("a.rst", source).articles[0].text.strip() == expected


def test_include_is_resolved_from_the_source_only(read: Read) -> None:
    reading = read("docs/a.rst", ".. include:: ../part.rst\n\n.. include:: ../../etc/passwd\n\nEnd.",
                   **{"part.rst": "The part."})  # fmt: skip
    assert reading.articles[0].text == "The part.\n\nEnd.\n"
    assert any("etc/passwd" in note for note in reading.notes)


def test_raw_file_and_csv_file_are_never_opened(read: Read, tmp_path: object) -> None:
    secret = "/etc/hostname"
    reading = read(
        "a.rst",
        f"Text.\n\n.. raw:: html\n   :file: {secret}\n\n.. csv-table::\n   :file: {secret}\n",
    )
    assert reading.articles[0].text == "Text.\n"


def test_title_is_the_first_heading_and_unknown_things_are_noted(read: Read) -> None:
    reading = read("a.rst", "Log *out*\n=========\n\n.. fancy::\n\n   Text.")
    assert reading.articles[0].title == "Log out"
    assert reading.notes == ("the directive 'fancy' is not known; its content was kept as text",)


@pytest.mark.parametrize(
    "source", ["Title\n==\n\nText `broken", "* a\n b\n\n.. |", ":x:`", "+--+\n|a\n"]
)
def test_broken_rst_still_gives_its_text(read: Read, source: str) -> None:
    assert read("a.rst", source) is not None
