import pytest

from knowledge import words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Sign-in", ["sign", "in", "signin"], id="compound"),
        pytest.param("E-104", ["104", "e104"], id="code"),
        pytest.param("X200", ["x200"], id="code-without-mark"),
        pytest.param("customer's", ["customer"], id="possessive"),
        pytest.param("２００", ["200"], id="full-width"),
        pytest.param("退货政策", ["退货", "货政", "政策"], id="chinese"),
        pytest.param("の", ["の"], id="single"),
        pytest.param("C++", ["c++", "c"], id="marks-that-mean-something"),
        pytest.param("... !", [], id="nothing"),
    ],
)
def test_texts_split_into_words_that_a_question_can_meet(text: str, expected: list[str]) -> None:
    assert words.split(text) == expected


def test_a_code_in_two_words_is_also_read_as_one_but_prose_is_not() -> None:
    assert "e104" in words.question_words("error E 104")
    assert "in2" not in words.question_words("delivered in 2 days")


@pytest.mark.parametrize(
    ("locale", "text", "expected"),
    [
        pytest.param("de-DE", "", "german", id="locale"),
        pytest.param("zh", "", "none", id="no-stemmer"),
        pytest.param(None, "Wie schicke ich das und was kostet es mich", "german", id="detected"),
        pytest.param(None, "How do I send it back and what does it cost", "english", id="english"),
        pytest.param(None, "Widget Pro X200", "none", id="too-little-to-tell"),
    ],
)
def test_the_language_comes_from_the_locale_or_the_text(
    locale: str | None, text: str, expected: str
) -> None:
    assert words.language_of(locale, text) == expected


def test_stems_meet_and_accents_do_not_matter() -> None:
    assert words.stem("refunds", "english") == words.stem("refund", "english")
    assert words.stem("löschen", words.UNSTEMMED) == "loschen"
