"""Numbers that stand as text: what is read, what another cell of the column decides, and what is doubtful."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balik.tables.formats.texts import read_texts
from balik.words import Sentence


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Rp 8.161.000", "8161000"),
        ("Rp8.161.000,50", "8161000.50"),
        ("Rp. 5.000.000,-", "5000000.0"),
        ("Rp1.500,-", "1500.0"),
        ("IDR 1.000.000", "1000000"),
        ("12,5", "12.5"),
        ("-12,5", "-12.5"),
        ("12.5", "12.5"),
        ("0.125", "0.125"),
        ("0,125", "0.125"),
        ("1,234,567", "1234567"),
        ("1,234.5", "1234.5"),
        ("1.234,5", "1234.5"),
        ("1234.567", "1234.567"),
        ("1250", "1250"),
        ("- 5", "- 5"),
        ("12 kg", "12 kg"),
        ("$ 5", "$ 5"),
        ("Rupiah", "Rupiah"),
        ("1.23.456", "1.23.456"),
        ("-10/9", "-10/9"),
    ],
)
def test_alone(text: str, number: str) -> None:
    assert read_texts([text], "IDR") == {text: number}


@pytest.mark.parametrize("text", ["1.234", "1,234", "Rp 1.250", "-12.500", "999,999"])
def test_doubtful(text: str) -> None:
    assert isinstance(read_texts([text], "IDR")[text], Sentence)


@pytest.mark.parametrize(
    ("decider", "text", "number"),
    [
        ("12,5", "1.234", "1234"),
        ("12,5", "1,234", "1.234"),
        ("8.161.000", "1.234", "1234"),
        ("12.5", "1.234", "1.234"),
        ("1,000,000", "1,234", "1234"),
        ("0.5", "1,234", "1234"),
    ],
)
def test_decided_by_another_cell(decider: str, text: str, number: str) -> None:
    assert read_texts([text, decider], "IDR")[text] == number


def test_cells_that_contradict_each_other_decide_nothing() -> None:
    assert isinstance(read_texts(["1.234", "12,5", "12.5"], "IDR")["1.234"], Sentence)


def test_money_of_another_currency_is_no_number() -> None:
    assert read_texts(["Rp 5.000.000"], "EUR") == {"Rp 5.000.000": "Rp 5.000.000"}
    assert read_texts(["€ 5,50"], "EUR") == {"€ 5,50": "5.50"}


@given(st.integers(0, 10**12), st.integers(0, 99))
def test_written_as_indonesians_write_it(whole: int, cents: int) -> None:
    text = f"Rp {whole:,}".replace(",", ".") + f",{cents:02d}"
    assert Fraction(str(read_texts([text], "IDR")[text])) == whole + Fraction(cents, 100)
