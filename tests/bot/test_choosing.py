"""A typed answer to the bot's question back is taken for the choice it means."""

import tomllib
from dataclasses import replace
from importlib import resources

import pytest

from bot.choosing import PLACES, Choosing, chosen_last, taken_in, with_choices
from bot.dialogue import Decision, Dialogue, Speaker, Turn
from bot.language import LANGUAGES, fold
from bot.queries import plan
from bot.several import asked_in

PHONES = ("Connect the lamp to an iPhone", "Connect the lamp to an Android phone")
SUBJECTS = ("Payslips", "Add an employee", "Roles and permissions")
HEARD = tomllib.loads(resources.files("bot").joinpath("choosing.toml").read_text("utf-8"))
QUESTION = Turn(Speaker.CUSTOMER, "how do I connect it?")


def offering(labels: tuple[str, ...], decision: Decision = Decision.CLARIFY) -> Turn:
    return Turn(Speaker.BOT, "\n".join(["Which one?", *(f"- {one}" for one in labels)]), decision)


def after(labels: tuple[str, ...], *texts: str) -> Dialogue:
    said = (Turn(Speaker.CUSTOMER, text) for text in texts)
    return Dialogue((QUESTION, offering(labels), *said))


def taken(labels: tuple[str, ...], *texts: str) -> tuple[str, ...] | None:
    choosing = chosen_last(after(labels, *texts))
    return None if choosing is None else choosing.labels


@pytest.mark.parametrize(
    "text",
    [
        "the second one", "2", "second", "#2", "2nd", "2.", "(2)", "option 2", "number two please",
        "the last one", "the latter", "Android", "I have an android", "adnroid",
        "conect the lamp to an andriod phone", "no, the second", "the 2nd, thanks",
        "der zweite", "la deuxième", "el segundo", "o segundo", "la seconda", "de tweede", "ten drugi",
        "二番目です", "الخيار الثاني", "٢",
    ],
)  # fmt: skip
def test_a_place_or_a_part_of_its_title_takes_a_choice(text: str) -> None:
    assert taken(PHONES, text) == (PHONES[1],)


@pytest.mark.parametrize(
    ("labels", "text", "expected"),
    [
        (PHONES, "both", PHONES),
        (PHONES, "both of them please", PHONES),
        (PHONES, "die beiden", PHONES),
        (SUBJECTS, "1 and 3", (SUBJECTS[0], SUBJECTS[2])),
        (SUBJECTS, "all of them", SUBJECTS),
        (SUBJECTS, "the last", (SUBJECTS[2],)),
        (SUBJECTS, "permisions", (SUBJECTS[2],)),
        (("Wren 3", "Wren 2"), "2", ("Wren 2",)),
        (("Wren 3", "Wren 2"), "option 1", ("Wren 3",)),
        (("Reset a Pip", "Reset a Wren Max", "Reset a Wren 2"), "2", ("Reset a Wren Max",)),
        (("Reset a Pip", "Reset a Wren Max", "Reset a Wren 2"), "wren 2", ("Reset a Wren 2",)),
    ],
    ids=[
        "both",
        "both politely",
        "German",
        "two of three",
        "all",
        "last",
        "misspelt",
        "a number in names",
        "a place for all that",
        "a number in one name",
        "a name with its number",
    ],
)
def test_several_choices_and_names_with_numbers_are_understood(
    labels: tuple[str, ...], text: str, expected: tuple[str, ...]
) -> None:
    assert taken(labels, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "none of these", "neither", "no", "something else", "not listed", "keine davon", "aucun des deux",
        "ninguno de los dos", "nenhum deles", "nessuno dei due", "geen van beide", "żaden z nich",
        "どれでもない", "لا شيء منها",
    ],
)  # fmt: skip
def test_turning_all_choices_down_is_heard(text: str) -> None:
    choosing = chosen_last(after(PHONES, text))
    assert choosing is not None
    assert (choosing.labels, choosing.none) == ((), True)


@pytest.mark.parametrize("text", ["the fifth", "9", "la cuarta"])
def test_a_place_that_the_list_does_not_have_takes_nothing(text: str) -> None:
    assert chosen_last(after(PHONES, text)) == Choosing()


@pytest.mark.parametrize(
    "text",
    [
        "how much does the android lamp cost?", "the second one doesn't work", "first or second?",
        "it doesn't work", "where is my parcel", "no thanks", "ok", "thanks", "?!", "",
        "delete an employee", "the lamp", "2 lamps are missing from my parcel", "android " * 40,
    ],
)  # fmt: skip
def test_anything_else_is_no_choice(text: str) -> None:
    assert chosen_last(after(PHONES, text)) is None


@pytest.mark.parametrize(
    "turns",
    [
        (QUESTION,),
        (QUESTION, offering(PHONES, Decision.ANSWER)),
        (QUESTION, Turn(Speaker.BOT, "Could you tell me what you need?", Decision.CLARIFY)),
        (QUESTION, offering(PHONES), QUESTION, Turn(Speaker.BOT, "Hold it.", Decision.ANSWER)),
    ],
    ids=["nothing was said", "an answer's list", "a question without choices", "an answer since"],
)
def test_only_choices_just_offered_are_taken(turns: tuple[Turn, ...]) -> None:
    dialogue = Dialogue((*turns, Turn(Speaker.CUSTOMER, "the second one")))
    assert chosen_last(dialogue) is None
    assert with_choices(dialogue) == dialogue


def test_a_typed_choice_is_read_as_a_pressed_one() -> None:
    assert with_choices(after(PHONES, "2")) == after(PHONES, PHONES[1])
    assert with_choices(after(PHONES, "the second", "please")) == after(PHONES, PHONES[1])
    later = after(PHONES, "2").turns
    later = (*later, Turn(Speaker.BOT, "Hold it.", Decision.ANSWER), QUESTION)
    assert with_choices(Dialogue(later)).turns[2].text == PHONES[1]


def test_a_choice_is_searched_with_its_question_and_without_the_others() -> None:
    planned = plan(with_choices(after(PHONES, "the second one")))
    assert [query.text for query in planned.queries] == [
        PHONES[1],
        f"how do I connect it? {PHONES[1]}",
    ]


def test_a_models_rewrite_of_a_choice_is_not_searched() -> None:
    dialogue = replace(with_choices(after(PHONES, "2")), rewrite="Are there two?")
    assert "Are there two?" not in [query.text for query in plan(dialogue).queries]


def test_each_of_several_choices_is_searched_for_itself() -> None:
    parts = asked_in(with_choices(after(PHONES, "both")))
    assert [part.plan.queries[0].text for part in parts] == list(PHONES)


def test_a_refusal_of_the_choices_is_not_what_the_next_question_is_about() -> None:
    more = Turn(Speaker.BOT, "All right, none of those.", Decision.CLARIFY)
    turns = (*after(PHONES, "none of these").turns, more, Turn(Speaker.CUSTOMER, "by cable"))
    assert plan(Dialogue(turns)).asked == "how do I connect it? by cable"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_words_for_every_answer(language: str) -> None:
    heard = HEARD[language]
    assert set(heard) == {*PLACES[:5], "last", "number", "both", "all", "none", "filler"}
    for phrases in heard.values():
        assert [" ".join(fold(phrase)) for phrase in phrases] == phrases
    for phrase in (*heard["second"], *heard["last"]):
        assert taken(PHONES, phrase) == (PHONES[1],)


@pytest.mark.parametrize("text", ["12", "21", "that one", "one of these", "I have one"])
def test_no_place_is_read_into_what_names_none(text: str) -> None:
    assert taken(SUBJECTS, text) in ((), None)


def test_a_label_that_holds_another_is_taken_alone() -> None:
    labels = ("Delivery", "Delivery: Abroad")
    assert taken_in(offering(labels), "Delivery: Abroad") == ("Delivery: Abroad",)
    assert taken_in(offering(labels), "Delivery, Delivery: Abroad") == labels
