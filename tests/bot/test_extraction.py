"""Answers are cut from real Markdown: whole lists, headed tables, no scraps."""

import numpy as np

from bot.extraction import Extract, extract
from bot.overlap import asked_words
from bot.rendering import lay_out
from ingest.passages import cut
from knowledge import words
from knowledge.articles import Article, ArticleId
from knowledge.hashing import HashEmbedder
from knowledge.passages import Passage
from knowledge.search import ArticleHit, Hit
from knowledge.vectors import Floats

TEXT = """# Return a lamp

Updated 2026-10-26

You can return a lamp within 30 days. It must be clean and complete.

## How to send it back

To send a lamp back:

1. Open **Orders** and choose *Return*.
2. Print the label.
3. Bring the parcel to a [pick-up point](https://example.org/points).

See [Refunds](refunds.md).

## What it costs

| Zone | Price |
| --- | --- |
| Mainland | free |
| Islands | 4.95 |

Our office is closed on Sundays. However, the warehouse accepts parcels on Sundays too.

```sh
larkmere return --order 1234 \\
    --label pdf
```
"""

POINTING = """# Questions

## What do you charge for insurance?

See [Insurance](https://example.org/insurance).

## Do you charge students for parcels?

No, you never charge students.
"""

QUESTIONS = """# Vouchers

## What can they not buy?

Subscriptions, visits and repairs.

## Do vouchers pay for parcels?

Yes. Parcels are paid by vouchers in the basket.

## Do vouchers expire?

No. Vouchers stay valid for ever, and parcels with them.

## When is a voucher blocked?

Your voucher may be blocked for these reasons -

- The code was stolen.
- The payment failed.

**Did you forget the secret code?** Write to us.

| Code | Meaning |
| --- | --- |
| V-202 | The voucher is used up. |
| V-203 | The voucher is not known. |
"""


def answer(
    question: str, max_items: int = 12, text: str = TEXT, answering: str = ""
) -> tuple[str, tuple[Extract, ...]]:
    """Extract from all passages, scored by shared words alone.

    `answering` stands in the passage that is known to answer; nothing: none is known.
    """
    article = Article(id=ArticleId("lamp.md"), title="Return a lamp", text=text)
    embedder = HashEmbedder()
    passages = cut(article, embedder.count_tokens)
    asked = embedder.encode([question])[0].pooled

    def cosines(passage: Passage) -> Floats:
        sentences = embedder.encode([sentence.text for sentence in passage.sentences])
        return np.array([one.pooled @ asked for one in sentences])

    hits = [
        Hit(
            p.id,
            p.article,
            score=1.0,
            dense=0.5,
            keyword=0.5,
            interaction=0.5,
            title=0.5,
            read_passage=lambda p=p: p,
            score_sentences=lambda p=p: cosines(p),
        )
        for p in passages
    ]
    hits.sort(key=lambda hit: -float(hit.sentence_scores.max()))
    stems = {words.stem(word, "english"): 1.0 for word in words.split(question)}
    chosen = extract(
        ArticleHit(article.id, 1.0, tuple(hits)),
        passages,
        text,
        asked_words(question, stems, "english"),
        max_sentences=4,
        max_items=max_items,
        answering=next((p for p in passages if answering and answering in p.index_text), None),
    )
    return lay_out(chosen, text), chosen


def test_a_step_brings_its_whole_list_with_its_introduction() -> None:
    text, _ = answer("print the label")
    assert text == (
        "To send a lamp back:\n\n"
        "1. Open **Orders** and choose *Return*.\n"
        "2. Print the label.\n"
        "3. Bring the parcel to a [pick-up point](https://example.org/points)."
    )


def test_a_passage_known_to_answer_is_quoted_too() -> None:
    alone, _ = answer("do vouchers expire", text=QUESTIONS)
    both, _ = answer("do vouchers expire", text=QUESTIONS, answering="can they not buy")
    assert alone == "No. Vouchers stay valid for ever, and parcels with them."
    assert "Subscriptions, visits and repairs." in both
    assert both.endswith(alone)
    again, _ = answer("do vouchers expire", text=QUESTIONS, answering="Do vouchers expire")
    assert again == alone


def test_yes_to_another_question_is_not_quoted_though_its_passage_is_thought_to_answer() -> None:
    alone, _ = answer("do vouchers expire", text=QUESTIONS)
    both, _ = answer("do vouchers expire", text=QUESTIONS, answering="pay for parcels")
    assert both == f"Parcels are paid by vouchers in the basket.\n\n{alone}"


def test_beside_a_passage_that_only_points_the_one_that_answers_is_quoted() -> None:
    question = "what do you charge for insurance"
    alone, _ = answer(question, text=POINTING)
    assert "example.org/insurance" in alone
    text = f"{POINTING}\n## Prices\n\nEvery parcel costs one pound more.\n"
    both, _ = answer(question, text=text, answering="Prices")
    assert "example.org/insurance" in both
    assert "Every parcel costs one pound more." in both


def test_a_passage_that_only_points_elsewhere_is_not_quoted_beside_what_answers() -> None:
    question = "do you charge students for parcels"
    alone, _ = answer(question, text=POINTING)
    assert "never charge students" in alone
    assert answer(question, text=POINTING, answering="charge for insurance")[0] == alone


def test_a_long_list_is_cut_after_its_limit() -> None:
    text, _ = answer("open orders and choose return", max_items=2)
    assert "2. Print the label." in text
    assert "3." not in text


def test_a_row_brings_its_table_header() -> None:
    text, _ = answer("islands")
    assert text == "| Zone | Price |\n| --- | --- |\n| Islands | 4.95 |"


def test_only_the_row_that_was_asked_for_is_shown() -> None:
    text, _ = answer("what is the zone price for islands")
    assert "Islands" in text
    assert "Mainland" not in text


def test_a_sentence_that_leans_brings_the_one_before() -> None:
    text, _ = answer("warehouse accepts parcels sundays too")
    assert text == (
        "Our office is closed on Sundays. However, the warehouse accepts parcels on Sundays too."
    )


def test_code_is_shown_whole() -> None:
    text, _ = answer("larkmere return order label pdf 1234")
    assert "larkmere return --order 1234 \\\n    --label pdf" in text


def test_headings_pointers_and_scraps_never_answer() -> None:
    for question in ("updated 2026-10-26", "see refunds", "how to send it back", "what it costs"):
        _, chosen = answer(question)
        quotes = [TEXT[e.start : e.end] for e in chosen]
        assert not any(q.startswith(("Updated", "See", "#", "How to", "What it")) for q in quotes)


def test_a_passage_that_only_points_is_not_answered_by_another_one() -> None:
    text, _ = answer("what do you charge for insurance", text=POINTING)
    assert text == "See [Insurance](https://example.org/insurance)."


def test_every_extract_is_in_document_order_and_none_twice() -> None:
    for question in ("lamp", "parcel label return", "price islands mainland sundays"):
        _, chosen = answer(question)
        spans = [(e.start, e.end) for e in chosen]
        assert spans == sorted(set(spans))


def test_a_scrap_brings_the_question_that_it_answers() -> None:
    text, _ = answer("subscriptions repairs", text=QUESTIONS)
    assert text == "What can they not buy?\n\nSubscriptions, visits and repairs."


def test_a_yes_to_another_question_is_not_joined() -> None:
    text, _ = answer("vouchers stay valid for ever parcels", text=QUESTIONS)
    assert "No. Vouchers stay valid" in text
    assert "Yes." not in text


def test_a_dash_announces_a_list_as_a_colon_does() -> None:
    text, _ = answer("voucher blocked for these reasons", text=QUESTIONS)
    assert "- The code was stolen.\n- The payment failed." in text


def test_a_sentence_that_asks_brings_what_answers_it() -> None:
    text, _ = answer("forget the secret code", text=QUESTIONS)
    assert text == "**Did you forget the secret code?** Write to us."


def test_a_code_is_found_in_another_passage_than_the_best() -> None:
    text, _ = answer("voucher v202 used up", text=QUESTIONS)
    assert "V-202" in text
    assert "V-203" not in text
