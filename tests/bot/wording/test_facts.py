"""Figures, units and sides are read, and differences found."""

import pytest

from bot.wording import facts

READ = {
    "It costs £2.95, or nothing over £40": [("2.95", "GBP", 0), ("40", "GBP", 1)],
    "within 3–5 working days": [("3", "working day", -1), ("5", "working day", 0)],
    "at 4 pm or 16:00": [("16:00", "clock", 0), ("16:00", "clock", 0)],
    "the new one": [],
    "in one hour": [("1", "hour", 0)],
    "£29 a year": [("29", "GBP", 0), ("1", "year", 0)],
    "about 6,000 shops": [("6000", "", 0)],
    "a 30-day period": [("30", "day", 0)],
    "NOK 149 and 8.1 % VAT": [("149", "NOK", 0), ("8.1", "%", 0)],
    "18 or over": [("18", "", 1)],
    "product WR2-600, version 5.3.1": [],
    "the lower of the two.": [],
    "2 days, and 4 when it rains": [("2", "day", 0), ("4", "day", 0)],
}


@pytest.mark.parametrize("text", READ, ids=list(READ))
def test_figures_are_read_with_unit_and_side(text: str) -> None:
    assert [(f.value, f.unit, f.side) for f in facts.figures(text)] == READ[text]


PASSWORDS = "After 6 wrong passwords within 15 minutes an account is locked for 30 minutes."
REFUNDS = "Within 5 working days of arrival in the UK, within 7 working days in the EU."

AGREE = [
    ("An account is locked for 30 minutes after six wrong passwords.", PASSWORDS),
    ("In the UK it takes 5 working days, in the EU 7 working days.", REFUNDS),
    ("In the EU it takes 7 working days from arrival.", REFUNDS),
    ("It is open until 4 pm.", "It is open until 16:00."),
]
DIFFER = [
    ("An account is locked for 15 minutes after six wrong passwords within 30 minutes.", PASSWORDS),
    ("An account is locked after 7 wrong passwords.", PASSWORDS),
    ("In the UK it takes 7 working days from arrival.", REFUNDS),
    ("It takes 5 days in the UK.", REFUNDS),
    ("At least 6 of one product.", "At most 6 of one product."),
    ("£29 a month", "£29 a year"),
    ("€40", "£40"),
]


@pytest.mark.parametrize(("said", "evidence"), AGREE)
def test_figures_that_agree_pass(said: str, evidence: str) -> None:
    assert facts.differing(said, (evidence,)) is None


@pytest.mark.parametrize(("said", "evidence"), DIFFER)
def test_a_figure_that_differs_is_named(said: str, evidence: str) -> None:
    assert facts.differing(said, (evidence,)) is not None


def test_addresses_are_links_domains_and_mail_but_not_decimals() -> None:
    text = "See https://a.example/x?y=1, shop.example or help@a.example; it costs 4.95."
    assert facts.addresses(text) == {"https://a.example/x?y=1", "shop.example", "help@a.example"}
