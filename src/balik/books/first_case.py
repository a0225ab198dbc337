"""Titles and notes of the case that `new` makes, as sentences, so that they are known in every language."""

from __future__ import annotations

from ..words import Sentence, say

SAID: dict[str, Sentence] = {
    str(sentence): sentence
    for sentence in (
        say("A first case: plastic from three villages to one recycler"),
        say("invented, to show the tables"),
        say("the recycler buys what it is given"),
        say("one direction is enough"),
        say("one row stands for every pair"),
        say("a limit on any quantity: here the number of open sites"),
        say("mixed plastic as it is collected"),
        say("after sorting"),
        say("what sorting rejects"),
        say("three-wheeler: pays 5 Rp/kg/km loaded and 500 Rp/km empty"),
        say("a village: kind is your own word"),
        say("a candidate collection point (see sites)"),
        say("300 Rp for each kg of clean plastic"),
        say("negative: used"),
        say("positive: made"),
        say("nothing vanishes: the rejects are a material"),
        say("disposal uses the rejects"),
        say("the recycler pays less"),
        say("open or closed is decided; capacity in kg a month"),
        say("amount must be collected; price is paid to the holder"),
    )
}
