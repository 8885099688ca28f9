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
    assert text == "**What can they not buy?**\n\nSubscriptions, visits and repairs."


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


PLACES = """Home > Kettles > Warranty

# Warranty

## What is not covered

- scale by hard water
- loss and theft

## What to bring

- Bring the kettle with its base.

## Abroad

**Norway.** Repairs take nine days. The post is paid by us.
**Iceland.** Ask the harbour shop. It keeps spare lids.

**The lid sticks. What now?** Warm it in the sink. Then turn it left.

### A lid arrived broken

We send another one. Keep the old one until the courier comes. Tell us when it fits.

## Whistling

Whistling comes from steam at the lid.

1. Press the lid down.
2. Fill in less water.

It is silly when the lamp keeps blinking. Try this:

- Pull the plug.

## On a boat

Use the twelve volt base.

What we sell:

| Kettle | Litres | Colours |
| --- | --- | --- |
| Brook | 1.0 | grey |
| Falls | 1.5 | grey |
| Delta | 2.0 | white |
"""


def test_a_list_of_scraps_is_never_shown_without_the_heading_that_denies_it() -> None:
    text, _ = answer("is scale by hard water covered", text=PLACES)
    assert text == "**What is not covered**\n\n- scale by hard water\n- loss and theft"


def test_a_list_of_sentences_needs_no_heading() -> None:
    text, _ = answer("bring the kettle with its base", text=PLACES)
    assert text == "- Bring the kettle with its base."


def test_bold_words_at_the_head_of_a_line_come_with_their_text_and_never_alone() -> None:
    text, _ = answer("Norway", text=PLACES)
    assert text == "**Norway.** Repairs take nine days. The post is paid by us."
    text, _ = answer("where are spare lids kept by the harbour shop", text=PLACES)
    assert text == "**Iceland.** Ask the harbour shop. It keeps spare lids."


def test_words_in_italics_head_a_text_too() -> None:
    text, _ = answer(
        "my code fails", text="# Codes\n\n*My code fails.* Most codes are for new customers.\n"
    )
    assert text == "*My code fails.* Most codes are for new customers."


def test_bold_words_of_two_sentences_head_one_text() -> None:
    text, _ = answer("the lid sticks", text=PLACES)
    assert text.endswith("What now? Warm it in the sink. Then turn it left.")


def test_a_heading_that_is_asked_for_brings_its_whole_paragraph() -> None:
    text, _ = answer("a lid arrived broken", text=PLACES)
    assert text == (
        "We send another one. Keep the old one until the courier comes. Tell us when it fits."
    )


def test_a_heading_that_limits_what_stands_under_it_comes_along() -> None:
    text, _ = answer("use the twelve volt base", text=PLACES)
    assert text == "**On a boat**\n\nUse the twelve volt base."


def test_breadcrumbs_never_answer() -> None:
    text, _ = answer("home kettles warranty", text=PLACES)
    assert "Home" not in text


def test_a_list_goes_on_from_the_sentence_before_it() -> None:
    text, _ = answer("whistling steam", text=PLACES)
    assert text.endswith("at the lid.\n\n1. Press the lid down.\n2. Fill in less water.")
    text, _ = answer("the lamp keeps blinking silly", text=PLACES)
    assert text == "It is silly when the lamp keeps blinking. Try this:\n\n- Pull the plug."


def test_a_few_words_that_lead_on_to_nothing_never_answer() -> None:
    pictured = "# Levers\n\nThe blue lever opens it. Like this:\n\n![](lever.png)\n"
    text, _ = answer("lever like this", text=pictured)
    assert text == "The blue lever opens it."


def test_a_row_is_asked_for_by_its_name() -> None:
    text, _ = answer("how many litres and what colours has the falls kettle", text=PLACES)
    assert text.endswith("| Falls | 1.5 | grey |")
    assert "Brook" not in text


def test_of_a_short_table_that_is_mostly_asked_for_no_row_is_left_out() -> None:
    text, _ = answer("litres colours grey", text=PLACES)
    assert [line.split()[1] for line in text.splitlines()[-3:]] == ["Brook", "Falls", "Delta"]
