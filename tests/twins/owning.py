"""Owners in the twin: whose each line of the cost is, and who pays whom for what moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from twins.oracle import Twin


def own(twin: Twin) -> None:
    """Lines of the margin of every owner; what has none is left out."""
    from twins.oracle import Line, number

    owner = {r["place"]: r.get("owner") or "" for r in twin.t["places"]}
    last = {r["tour"]: r["place"] for r in twin.t["tours"] if r.get("place")}  # stops stand in order
    payer = {(key[0], key[1]): key[0] if r.get("paid_by") == "origin" else key[1] for key, r in twin.lane_rows.items()}

    def whose(keys: dict[str, str]) -> str:
        if "place" in keys:
            return owner[keys["place"]]
        if "tour" in keys:
            return owner[last[keys["tour"]]]
        ends = keys.get("origin"), keys.get("dest")
        place = payer[ends] if None not in ends else ends[0] or ends[1]
        return owner[place] if place else ""

    for line in twin.lines("cost"):
        keys = {k: v for k, v in line.keys.items() if k == "period"} | {"owner": whose(line.keys)}
        twin.q["margin"].append(Line(keys, -1 * line.value, 0.0))
    for (i, j, m, v, t), r in twin.lane_rows.items():
        price = number(r, "price")
        if price and owner[i] != owner[j]:
            paid = price * twin.recurring[t] * twin.v["flow"][i, j, m, v, t]
            twin.q["margin"].append(Line({"owner": owner[i], "period": t}, paid, 0.0))
            twin.q["margin"].append(Line({"owner": owner[j], "period": t}, -1 * paid, 0.0))
    for line in twin.q["margin"]:
        if not line.keys["owner"]:
            del line.keys["owner"]
