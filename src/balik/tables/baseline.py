"""Today's flows and what was paid for them: the tables `baseline` and `invoices` in themselves."""

from __future__ import annotations

import numpy as np

from ..errors import did_you_mean
from ..words import say
from .cells import MOST_PER_COLUMN
from .frame import ACCOUNTS, Data

#: The invoice of everything: the sum of all accounts.
WHOLE = "cost"


def is_fixed(data: Data) -> bool:
    """Whether the case asks for today's flows: `[solve] fix = "baseline"`."""
    return data.tables.setting("solve", "fix") == "baseline"


def check_baseline(data: Data) -> None:
    """Note every row of `baseline` and `invoices` that cannot be."""
    _check_there(data)
    _check_periods(data)
    _check_loops(data)
    _check_twice(data, "baseline", "origin")
    _check_twice(data, "invoices", "account")
    _check_accounts(data)


def _check_there(data: Data) -> None:
    if is_fixed(data) and not len(data["baseline"]) and "baseline" not in data.tables.lame:
        data.problems.add(
            "E390", say("Today's flows are asked for (fix = baseline), and the case has no table baseline."),
            say("Add baseline.csv with a row for each flow: origin, dest, material, mode, period, amount."),
            **data.tables.where("baseline"),
        )  # fmt: skip


def _check_periods(data: Data) -> None:
    """A blank period would leave open whether the amount is that of each period or of all together."""
    frame, count = data["baseline"], len(data.labels["period"])
    blank = np.flatnonzero(~frame.given["period"]) if count > 1 else np.zeros(0, np.int64)
    frame.drop(blank, "period")
    for row in blank[:MOST_PER_COLUMN].tolist():
        found = say("'period' is blank, and the case has {count} periods.", count=count)
        advice = say("Write one row for each period, with the amount of that period.")
        data.problems.add("E140", found, advice, **frame.where(row, "period"))


def _check_loops(data: Data) -> None:
    frame = data["baseline"]
    for row in range(len(frame)):
        if frame.ok[row] and frame.text["origin"][row] == frame.text["dest"][row]:
            frame.drop(row, "dest")
            found, advice = (
                say("The flow leads from a place to itself."),
                say("Give another destination, or drop the row."),
            )
            data.problems.add("E206", found, advice, **frame.where(row, "dest"))


def _check_twice(data: Data, name: str, column: str) -> None:
    """A key stands once; a blank period is the only one that there is."""
    frame = data[name]
    first: dict[tuple[str, ...], int] = {}
    for row in np.flatnonzero(frame.keyed).tolist():
        key = tuple(frame.text[k][row] for k in frame.schema.keys)
        if name == "baseline":
            key = (*key[:-1], key[-1] or data.labels["period"][0])
        if key in first:
            frame.drop(row, column)
            found = say("This row and {spot} are about the same.", spot=frame.spot(first[key]))
            data.problems.add("E202", found, say("Add them up in one row."), **frame.where(row, column))
        first.setdefault(key, row)


def _check_accounts(data: Data) -> None:
    """Accounts of every case, those that processes name, and `cost` for all of them together."""
    frame = data["invoices"]
    known = {*ACCOUNTS, *data.labels["account"], WHOLE}
    if "processes" in data.tables.lame:
        return
    for row in np.flatnonzero(frame.keyed).tolist():
        account = frame.text["account"][row]
        if account not in known:
            frame.drop(row, "account")
            found = say("'{account}' is not an account of this case.", account=account)
            advice = did_you_mean(account, known) or say(
                "Known: {accounts}; an account of your own is one that processes name.", accounts=", ".join(ACCOUNTS)
            )
            data.problems.add("E201", found, advice, **frame.where(row, "account"))
