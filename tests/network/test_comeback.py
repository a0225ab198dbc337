"""Returns, deposits and offers that are wrong: refused with the reason, or warned of."""

from __future__ import annotations

import pytest

from balik.api import check
from model.making import tables

BASE = {
    "periods": "period\n1\n2",
    "materials": "material unit mass\nfull dus 6\nempty pcs 0.5\ncrate pcs 2\nmilk dus 5",
    "supply": "place material most\nshop full 50\nshop empty 0\nshop crate 9\nshop milk 50",
    "demand": "place material most\nshop full 40\nshop empty .\nshop crate .\nshop milk .",
    "returns": "sold returned lag share\nfull empty 1 0.5",
}
OFFER = "place material level price amount\nshop crate low 1 5\nshop crate high 2 9"
NO_CRATE = BASE["supply"].replace("crate 9", "crate 0")


def found(over: dict[str, str]) -> list[tuple[str, str]]:
    """Code and place of every problem."""
    case = {name: text for name, text in (BASE | over).items() if text}
    return [(p.code, f"{p.file.partition(' ')[0]}.{p.column}") for p in check(tables(case), settings={"title": "x"})]


def test_the_base_is_sound() -> None:
    assert [p for p in found({"deposits": "sold returned amount\nfull empty 3", "offers": OFFER, "supply": NO_CRATE})
            if p[0] != "W201"] == []  # fmt: skip


@pytest.mark.parametrize(
    ("over", "code", "spot"),
    [
        ({"supply": BASE["supply"].replace("empty 0", "empty .")}, "E530", "supply.most"),
        ({"supply": "place material amount\nshop full 5\nshop empty 3"}, "E531", "supply.amount"),
        ({"periods": "period repeats\n1 2\n2 1"}, "E532", "periods.repeats"),
        ({"offers": OFFER}, "E533", "supply.most"),
        ({"offers": OFFER, "supply": "place material most price\nshop full 50 .\nshop empty 0 .\nshop crate 0 2"},
         "E533", "supply.price"),
        ({"offers": OFFER, "supply": "place material amount\nshop full 5\nshop crate 3"}, "E531", "supply.amount"),
        ({"offers": OFFER, "supply": BASE["supply"].replace("crate 9", "crate .")}, "E530", "supply.most"),
        ({"offers": OFFER.replace("crate", "empty")}, "E534", "offers.material"),
        ({"deposits": "sold returned amount\nfull empty 3\nfull crate 3"}, "E536", "deposits.returned"),
        ({"deposits": "sold returned amount\nfull empty 3\nmilk empty 2"}, "E537", "deposits.amount"),
        ({"returns": "sold returned lag share\nfull empty 2 1"}, "W531", "returns.lag"),
        ({"returns": "sold returned lag place share\nfull empty 1 shop 1\nfull empty 0 yard 1",
          "places": "place\nshop\nyard"}, "W530", "returns.sold"),
        ({"deposits": "sold returned place amount\nfull empty yard 1", "places": "place\nshop\nyard"},
         "W533", "deposits.sold"),
        ({"supply": "place material period most price\nshop full * 50 .\nshop empty 1 3 2"}, "W534", "supply.price"),
        ({"supply": "place material period most left_cost\nshop full * 50 .\nshop empty 1 3 2"},
         "W534", "supply.left_cost"),
        ({"returns": "sold returned lag share\nfull empty 1 1e-10"}, "E126", "returns.share"),
        ({"returns": "sold returned lag share\nfull empty -1 1"}, "E122", "returns.lag"),
        ({"returns": "sold returned lag share\nfull empty 0.5 1"}, "E120", "returns.lag"),
        ({"returns": "sold returned lag share\nfull empty . 1"}, "E140", "returns.lag"),
        ({"returns": "sold returned lag share\nfull * 1 1"}, "E201", "returns.returned"),
        ({"returns": "sold returned lag share\nfull empty 1 1\nfull empty 1 2"}, "E202", "returns.None"),
        ({"offers": OFFER.replace("low", "*"), "supply": NO_CRATE}, "E207", "offers.level"),
        ({"offers": "place material level amount\nshop crate low inf", "supply": NO_CRATE}, "E120", "offers.amount"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_said(over: dict[str, str], code: str, spot: str) -> None:
    assert (code, spot) in found(over), found(over)


DROP = {
    "returns": "",
    "places": "place kind\nshop shop\nhome home\nbank bank",
    "distances": "origin dest km\nhome bank 2",
    "supply": "place material most\nshop full 50\nhome crate 9",
    "demand": "place material most\nshop full 40\nbank crate .",
    "dropoff": "place dest material step within share\nhome bank crate near 3 0.5\nhome bank crate far 9 0.2",
}


@pytest.mark.parametrize(
    ("over", "code", "spot"),
    [
        ({"supply": DROP["supply"].replace("9", ".")}, "E530", "supply.most"),
        ({"supply": "place material amount\nhome crate 9"}, "E531", "supply.amount"),
        ({"distances": "origin dest km\nshop bank 1"}, "E538", "dropoff.within"),
        ({"dropoff": DROP["dropoff"].replace("9", "3")}, "E539", "dropoff.within"),
        ({"dropoff": DROP["dropoff"] + "\nshop bank crate near 9 1", "distances": "origin dest km\n* bank 2"},
         "W532", "dropoff.place"),
        ({"offers": "place material level amount\nbank crate low 5"}, "E535", "dropoff.material"),
        ({"offers": "place material level amount\nhome crate low 5", "supply": DROP["supply"].replace("9", "0")},
         "E535", "dropoff.material"),
        ({"dropoff": DROP["dropoff"].replace("0.5", "1.5")}, "E122", "dropoff.share"),
        ({"dropoff": DROP["dropoff"].replace("near", "*")}, "E207", "dropoff.step"),
    ],
)  # fmt: skip
def test_drop_off_that_cannot_be_meant(over: dict[str, str], code: str, spot: str) -> None:
    assert (code, spot) in found(DROP | over), found(DROP | over)


def test_drop_off_is_sound() -> None:
    assert [p for p in found(DROP) if p[0] != "W201"] == []


def test_least_above_most_is_refused_where_nothing_comes_back_beside_it() -> None:
    """Period 1 brings nothing back yet; in period 2 the same row may ask for more than waits."""
    text = BASE["supply"].replace("most", "least most").replace(" 50", " 0 50").replace("crate 9", "crate 0 9")
    rows = text.replace("empty 0", "empty 4 1")
    assert ("E142", "supply.most") in found({"supply": rows})
    late = rows.replace("material", "material period").replace("full", "full *").replace("milk", "milk *")
    late = late.replace("crate", "crate *").replace("empty", "empty 2")
    assert not [p for p in found({"supply": late}) if p[0].startswith("E")]


def test_two_products_may_share_a_bottle_with_one_deposit() -> None:
    both = {"deposits": "sold returned amount\nfull empty 3\nmilk empty 3"}
    assert not [p for p in found(both) if p[0] != "W201"]


def test_a_row_is_told_once_however_many_tuples_it_makes() -> None:
    wide = {"supply": "place material\n* *", "returns": "sold returned lag share\nfull empty 0 1\nfull empty 1 1"}
    assert [p for p in found(wide) if p[0] == "E530"] == [("E530", "supply.most")]
