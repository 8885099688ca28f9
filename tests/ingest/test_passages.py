"""Cutting: spans are exact, nothing is torn apart that fits, nothing is lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.passages import MAX_TOKENS, cut
from knowledge.articles import Article, ArticleId
from knowledge.hashing import HashEmbedder
from knowledge.passages import Passage, Sentence, SentenceKind

count = HashEmbedder().count_tokens


def article(text: str, title: str = "Help") -> Article:
    return Article(ArticleId("a.md"), title, text)


def sentences(text: str) -> list[Sentence]:
    return [s for p in cut(article(text), count) for s in p.sentences]


def quotes(text: str) -> list[tuple[str, str]]:
    return [(s.kind.value, text[s.start : s.end]) for s in sentences(text)]


WORDS = st.sampled_from(
    ["Open", "**Settings**", "the [page](/a_b(c).html)", "`x --y`", "e.g.", "3.5", "v1.2.3", "ok?",
     "config.yaml", "*now*.", "Done!", "&amp;", "\\*", "größer", "設定。", "🙂", "https://a.example/x.", "~~old~~", "(see", "below)."]
)  # fmt: skip
LINE = st.lists(WORDS, min_size=1, max_size=12).map(" ".join)
BLOCK = st.one_of(
    LINE,
    st.lists(LINE, min_size=2, max_size=3).map("\n".join),
    st.lists(LINE, min_size=1, max_size=5).map(
        lambda i: "\n".join(f"{n}. {x}" for n, x in enumerate(i, 1))
    ),
    st.lists(LINE, min_size=1, max_size=5).map(lambda i: "\n".join(f"- {x}\n  1. {x}" for x in i)),
    st.lists(LINE, min_size=1, max_size=3).map(lambda i: "\n".join(f"> {x}" for x in i)),
    st.lists(LINE, min_size=1, max_size=4).map(
        lambda i: "| A | B |\n| --- | --- |\n" + "\n".join(f"| {x} | y |" for x in i)
    ),
    LINE.map(lambda x: f"```\n{x}\n```"),
    LINE.map(lambda x: f"## {x}"),
)
TEXT = st.lists(BLOCK, min_size=1, max_size=12).map(lambda blocks: "\n\n".join(blocks) + "\n")


@settings(max_examples=60, deadline=None)
@given(TEXT)
def test_spans_are_exact_ordered_and_inside_their_passage(text: str) -> None:
    passages = cut(article(text), count)
    before = -1
    for number, passage in enumerate(passages):
        assert passage.id == f"a.md#{number}"
        assert 0 <= passage.start < passage.end <= len(text)
        for sentence in passage.sentences:
            assert passage.start <= sentence.start < sentence.end <= passage.end
            assert sentence.start > before
            before = sentence.start
            quote = text[sentence.start : sentence.end]
            assert quote == quote.strip()
            assert sentence.text.strip()


@settings(max_examples=60, deadline=None)
@given(TEXT)
def test_every_word_but_a_headings_is_in_some_sentence(text: str) -> None:
    covered = set()
    for sentence in sentences(text):
        covered.update(range(sentence.start, sentence.end))
    lost, at = [], 0
    for line in text.split("\n"):
        # A heading with nothing under it and a table's column names are no sentences.
        if not line.startswith(("## ", "| A |")):
            lost += [(at + n, c) for n, c in enumerate(line) if c.isalpha()]
        at += len(line) + 1
    lost = [(place, char) for place, char in lost if place not in covered]
    assert lost == []


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="ab .!?\n#-*_`|[]()<>&;1:\\~\"'é設", max_size=120))
def test_any_text_at_all_can_be_cut(text: str) -> None:
    for passage in cut(article(text), count):
        for sentence in passage.sentences:
            assert 0 <= sentence.start < sentence.end <= len(text)


def test_prose_is_split_where_a_reader_would_stop() -> None:
    text = (
        "Dr. Lee paid $3.50 for v1.2.3, e.g. in config.yaml. Is it OK? See [the. page](/a.b) "
        "at https://a.example/x.html. **Yes.** It is (cf. No. 5. below) fine.\n"
    )
    assert quotes(text) == [
        ("prose", "Dr. Lee paid $3.50 for v1.2.3, e.g. in config.yaml."),
        ("prose", "Is it OK?"),
        ("prose", "See [the. page](/a.b) at https://a.example/x.html."),
        ("prose", "**Yes.**"),
        ("prose", "It is (cf. No. 5. below) fine."),
    ]


def test_markup_around_a_sentence_comes_with_it_and_half_markup_stays_out() -> None:
    assert quotes("**Stop.** Then *go on. Now* rest.\n") == [
        ("prose", "**Stop.**"),
        ("prose", "Then *go on."),
        ("prose", "Now* rest."),
    ]


def test_lists_tables_code_and_headings_have_their_kinds_and_share_a_block() -> None:
    text = (
        "## How to return it\n\n1. Pack it.\n   Well.\n2. Send it.\n   - by post\n\n- one\n\n"
        "| Plan | Price |\n|---|---|\n| Free | 0 |\n| **Pro** | 9 |\n\n```sh\nrun\n```\n"
    )
    found = sentences(text)
    assert [(s.kind.value, s.text) for s in found] == [
        ("heading", "How to return it"),
        ("step", "Pack it. Well."),
        ("step", "Send it."),
        ("bullet", "by post"),
        ("bullet", "one"),
        ("row", "Plan: Free; Price: 0"),
        ("row", "Plan: Pro; Price: 9"),
        ("code", "run"),
    ]
    blocks = [s.block for s in found]
    assert blocks[1] == blocks[2] == blocks[3]
    assert blocks[5] == blocks[6]
    assert len(set(blocks)) == 5


def test_bold_line_is_a_heading_in_all_but_name() -> None:
    assert quotes("**On the phone**\n\nTap it.\n")[0] == ("heading", "**On the phone**")


def test_headings_stand_in_front_without_the_title_twice() -> None:
    text = "# Help\n\nIntro.\n\n## Returns\n\nText one.\n\n### By post\n\nText two.\n"
    found = cut(article(text), count)
    assert [(p.heading, p.index_text.split("\n")[0]) for p in found] == [
        ("", "Help"),
        ("Returns", "Help › Returns"),
        ("Returns › By post", "Help › Returns › By post"),
    ]


def is_whole(passages: list[Passage], kind: SentenceKind) -> bool:
    return sum(any(s.kind is kind for s in p.sentences) for p in passages) == 1


@pytest.mark.parametrize("steps", [3, 12, 20])
def test_step_list_that_fits_is_in_one_passage_with_the_line_that_leads_to_it(steps: int) -> None:
    prose = "This is some prose that fills the room before the list begins here. " * 8
    items = "\n".join(f"{n}. Press the button with the number {n}." for n in range(1, steps + 1))
    passages = cut(article(f"{prose}\n\nDo this:\n\n{items}\n"), count)
    assert is_whole(passages, SentenceKind.STEP)
    with_steps = next(p for p in passages if any(s.kind is SentenceKind.STEP for s in p.sentences))
    assert "Do this:" in with_steps.index_text


def test_long_table_parts_between_rows_and_repeats_its_columns() -> None:
    rows = "\n".join(f"| Country {n} | {n} working days by ordinary post |" for n in range(80))
    passages = cut(article(f"| Place | Time |\n| --- | --- |\n{rows}\n"), count)
    assert len(passages) > 2
    assert all(p.index_text.startswith("Help\nPlace · Time\n") for p in passages)
    assert sum(len(p.sentences) for p in passages) == 80
    assert all(count([p.index_text])[0] <= MAX_TOKENS + 20 for p in passages)


def test_long_prose_fills_passages_to_about_their_target() -> None:
    text = "The parcel is on its way to the customer who has been waiting for it. " * 60
    sizes = [count([p.index_text])[0] for p in cut(article(text), count)]
    assert all(150 <= size <= 200 for size in sizes[:-1])


def test_a_question_that_is_the_name_of_a_button_ends_no_sentence() -> None:
    found = [s.text for s in sentences("Click **Forgot password?** on the page. Is it there? yes.")]
    assert found == ["Click Forgot password? on the page.", "Is it there?", "yes."]
