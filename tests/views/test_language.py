"""Numbers and money as each language writes them; how wide texts are; colours that can be told apart."""

from __future__ import annotations

import math
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balik.views.glyphs import clean, clip, width, wrap
from balik.views.language import Language
from balik.views.palette import CONTRAST, INK, PAPER, SERIES, contrast, style_of

EN, ID = Language("en"), Language("id")


def read(text: str, language: Language) -> float:
    """What a written number says."""
    group, point = (",", ".") if language.code == "en" else (".", ",")
    return float(text.replace(group, "").replace(point, ".").replace("−", "-"))


@given(st.floats(-1e12, 1e12, allow_nan=False))
def test_a_number_reads_back(value: float) -> None:
    for language in (EN, ID):
        near = 0.0051 if abs(value) >= 1 else 0.0051 * abs(value) + 1e-12
        assert abs(read(language.number(value), language) - value) <= near


def test_money_is_written_as_the_country_writes_it() -> None:
    assert ID.money(8161000, "IDR") == "Rp 8.161.000"
    assert EN.money(8161000, "IDR") == "Rp 8,161,000"
    assert ID.money(-12.5, "USD") == "−USD 12,5"
    assert ID.percent(0.123) == "12,3 %"
    assert ID.percent(-0.0001, 1, signed=True) == "0,0 %"
    assert ID.percent(0.1, 0, signed=True) == "+10 %"
    assert EN.number(1e-6) == "0.000001"
    assert EN.number(1e12) == "1,000,000,000,000"
    assert EN.number(math.inf) == EN.number(None) == EN.money(None, "IDR") == "–"


@pytest.mark.parametrize(
    ("value", "short"), [(999.6e3, "1 jt"), (999_400, "999 rb"), (1.5e9, "1,5 miliar"), (0.0, "0"), (-2e3, "−2 rb")]
)
def test_short_numbers_have_a_word(value: float, short: str) -> None:
    assert ID.short(value) == short


@given(st.text(max_size=60), st.floats(20, 200), st.integers(1, 4))
def test_lines_fit_and_keep_their_order(text: str, room: float, lines: int) -> None:
    found = wrap(text, 10, room, lines)
    assert len(found) <= lines
    assert all(width(line, 10) <= room + 1e-9 or len(line) <= 1 for line in found)
    kept, whole = "".join(found).replace(" ", ""), "".join(text.split())
    cuts = [at for at, sign in enumerate(kept) if sign == "…"]
    assert kept == whole or any(whole.startswith(kept[:at]) and whole.endswith(kept[at + 1 :]) for at in cuts)


def test_names_that_differ_in_their_last_word_differ_when_they_are_cut() -> None:
    names = [f"Kelurahan Sukamaju Permai Indah Lestari {n}" for n in range(1, 40)]
    names += ["Tempat Pengolahan Sampah Reuse Recycle", "Tempat Pengolahan Sampah Reuse Recycle → pabrik"]
    assert len({clip(name, 11, 150) for name in names}) == len(names)
    assert clip(names[11], 11, 150) == "Kelurahan Suka…Lestari 12"
    assert all(width(clip(name, 11, room), 11) <= room for name in names for room in (40, 90, 150))


def test_a_text_that_fits_stays_whole() -> None:
    assert clip("Bandung", 10, 100) == "Bandung"
    assert wrap("bank sampah induk Depok", 10, 70, 4) == ["bank sampah", "induk Depok"]
    assert wrap("0,9 pilah + 0,1 residu", 10, 75, 3) == ["0,9 pilah + 0,1", "residu"]


@given(st.text(max_size=40))
def test_what_xml_forbids_is_left_out(text: str) -> None:
    from xml.etree import ElementTree

    from balik.views.svg import _text

    assert ElementTree.fromstring(f"<a>{_text(text)}</a>").text in (None, clean(text), clean(text).replace("\r", "\n"))


def test_series_can_be_told_apart_in_colour_and_in_grey() -> None:
    styles = [style_of(i) for i in range(56)]
    assert len(set(styles)) == 56
    assert all(one[1] != other[1] for one, other in pairwise(styles))
    assert all(max(contrast(INK, fill), contrast(PAPER, fill)) >= CONTRAST for fill in SERIES)
    assert len(SERIES) == len(set(SERIES)) and all(a != b for a, b in combinations(SERIES, 2))
