"""The weights of letters: what a language shows more often weighs more."""

from collections import Counter

from bot.letters import Letters, runs
from evals.fit_letters import fit


def counted(text: str) -> Counter[str]:
    return Counter(run for run in runs(text * 3))


def test_the_letters_of_a_language_are_known_again() -> None:
    counts = {
        "en": counted("the thought of the weather "),
        "de": counted("schöne schuhe schenken "),
    }
    fitted = fit(counts)
    letters = Letters(fitted["floors"], fitted["gains"])
    assert letters.look_like("schöner schenken") == "de"
    assert letters.look_like("the other thought") == "en"


def test_runs_that_are_hardly_seen_are_left_out() -> None:
    fitted = fit({"en": Counter({"^th": 9.0, "xq": 1.0}), "de": Counter({"sch": 2.0})})  # type: ignore[dict-item]
    assert set(fitted["gains"]) == {"^th", "sch"}
