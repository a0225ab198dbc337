"""§12 Charges: levies, taxes, fees, subsidies and tariffs: money on a quantity, a measure or an account.

A charge of one rate for everything adds lines to the ledger and nothing else. One in steps has a column for what lies
in each step. Where the whole amount pays one rate, or a least charge is due, a switch chooses the step. Otherwise
steps are filled one after the other: by switches, but not where each step costs at least as much as the one before and
nothing calls for more; there they are filled after the solve.
"""

from __future__ import annotations

import numpy as np

from ..algebra import Index, Program, Rows, Terms, Var
from ..network.network import Network
from ..words import say
from .charging import Booked, Stepped, book
from .statement import Note, Part, Variables, constraint, cost, variable

Array = np.ndarray


@variable(r"w_{k\chi} \ge 0", unit="of the quantity", source="ours: what lies in each step")
def charged(n: Network, v: Variables) -> Var | None:
    """What is charged in each step of a charge; stated with the cost that needs it."""
    return None


@variable(r"\beta_{k\chi} \in \{0, 1\}", unit="1", source="multiple choice (Croxton, Gendron and Magnanti 2003)")
def level(n: Network, v: Variables) -> Var | None:
    """Chooses the one step that the whole amount pays; stated with the cost that needs it."""
    return None


@variable(r"\phi_{k\chi} \in \{0, 1\}", unit="1", source="incremental steps (Markowitz and Manne 1957)")
def filled(n: Network, v: Variables) -> Var | None:
    """Whether a step is full, so that the next may begin; stated with the constraint that needs it."""
    return None


@cost(
    r"\sum_{\chi} p_{\chi}\, \xi_{\chi} + \sum_{k\chi} (p_{k\chi}\, w_{k\chi} + B_{k\chi}\, \beta_{k\chi})",
    unit="money",
    source="ours: at one rate, or in steps",
)
def charges(n: Network, v: Variables) -> list[Part]:
    """What is charged on quantities, measures and accounts."""
    return _booked(n, v).parts


def _booked(n: Network, v: Variables) -> Booked:
    """The charges of the case, worked out when all other costs are known."""
    if not n.charges:
        return Booked([], [])
    found: Booked = v.once("charges", lambda: book(n, v))
    return found


class _Rows:
    """Rows of charges, one after the other."""

    def __init__(self) -> None:
        self.row: list[Array] = []
        self.col: list[Array] = []
        self.val: list[Array] = []
        self.keys: list[tuple[int, int, int]] = []
        self.lower: list[float] = []
        self.upper: list[float] = []

    def add(self, s: Stepped, number: int, cols: Array, vals: Array, lower: float, upper: float) -> None:
        """lower ≤ Σ vals × cols ≤ upper."""
        self.row.append(np.full(len(cols), len(self.keys)))
        self.col.append(cols)
        self.val.append(np.asarray(vals, float))
        self.keys.append((s.charge, s.each, number))
        self.lower.append(lower)
        self.upper.append(upper)

    def made(self, v: Variables) -> Rows | None:
        """All of them; None without any."""
        if not self.keys:
            return None
        keys = np.array(self.keys)
        at = Index(v.charged.index.labels, charge=keys[:, 0], each=keys[:, 1], row=keys[:, 2])
        found = Terms(at, *map(np.concatenate, (self.row, self.col, self.val)))
        return found.between(np.array(self.lower), np.array(self.upper))


@constraint(r"\sum_{k} w_{k\chi} = \xi_{\chi}", unit="of the quantity", source="ours: all of it lies in some step")
def charged_amount(n: Network, v: Variables) -> Rows | None:
    """What lies in the steps of a charge is all that is charged."""
    rows = _Rows()
    for s in _booked(n, v).stepped:
        cols = np.concatenate([s.within, s.amount.cols])
        vals = np.concatenate([np.ones(len(s.within)), -s.amount.coefs])
        rows.add(s, 0, cols, vals, s.amount.constant, s.amount.constant)
    return rows.made(v)


@constraint(
    r"a_{k\chi}\, \beta_{k\chi} \le w_{k\chi} \le a_{k+1,\chi}\, \beta_{k\chi}",
    unit="of the quantity",
    source="multiple choice (Croxton, Gendron and Magnanti 2003)",
)
def whole_amount(n: Network, v: Variables) -> Rows | None:
    """Where the whole amount pays one rate it lies between the bounds of the step that is chosen."""
    rows = _Rows()
    for s in (s for s in _booked(n, v).stepped if len(s.switch)):
        for k, pair in enumerate(np.stack([s.within, s.switch], 1)):
            low, high = float(s.pieces.low[k]), float(s.pieces.high[k])
            rows.add(s, 2 * k, pair, np.array([1.0, -high]), -np.inf, 0.0)
            if low > 0:
                rows.add(s, 2 * k + 1, pair, np.array([1.0, -low]), 0.0, np.inf)
    return rows.made(v)


@constraint(r"\sum_k \beta_{k\chi} = 1", unit="1", source="multiple choice (Croxton, Gendron and Magnanti 2003)")
def one_step(n: Network, v: Variables) -> Rows | None:
    """The whole amount lies in one step."""
    rows = _Rows()
    for s in (s for s in _booked(n, v).stepped if len(s.switch)):
        rows.add(s, 0, s.switch, np.ones(len(s.switch)), 1.0, 1.0)
    return rows.made(v)


@constraint(
    r"w_{k+1,\chi} \le (a_{k+2,\chi} - a_{k+1,\chi})\, \phi_{k\chi},\ w_{k\chi} \ge (a_{k+1,\chi} - a_{k\chi})\, \phi_{k\chi}",
    unit="of the quantity",
    source="incremental steps (Markowitz and Manne 1957)",
)
def step_order(n: Network, v: Variables) -> Rows | None:
    """A step begins when the one before is full."""
    found = [s for s in _forced(n, v) if len(s.within) > 1]
    for s in found:
        if np.isinf(s.most):
            what = say(
                "Something calls for more of a charge in steps than its law, and nothing bounds what is charged."
            )
            advice = say("Write a most on the supply, the demand or the lanes.")
            v.note(Note("E514", what, advice, n.charges[s.charge].scope.row, "of", "charges"))
            return None
    if not found:
        return None
    count = [len(s.within) - 1 for s in found]
    keys = {name: np.repeat([getattr(s, name) for s in found], count) for name in ("charge", "each")}
    index = Index(v.charged.index.labels, **keys, step=np.concatenate([np.arange(k) for k in count]))
    switches = v.program.variable("filled", index, upper=1.0, integer=True).cols
    rows, at = _Rows(), 0
    for s in found:
        size = s.pieces.high - s.pieces.low
        for k in range(len(size) - 1):
            full = switches[at]
            rows.add(s, 2 * k, np.array([s.within[k + 1], full]), np.array([1.0, -size[k + 1]]), -np.inf, 0.0)
            rows.add(s, 2 * k + 1, np.array([s.within[k], full]), np.array([1.0, -size[k]]), 0.0, np.inf)
            at += 1
    return rows.made(v)


# -- where the order of the steps needs no switch ----------------------------------------------------------------


def _forced(n: Network, v: Variables) -> list[Stepped]:
    """Charges in steps whose order must be stated; decided when every other row is known."""
    if not n.charges:
        return []
    found: list[Stepped] = v.once("forced charges", lambda: _unordered(v.program, _booked(n, v).stepped))
    return found


def _unordered(program: Program, stepped: list[Stepped]) -> list[Stepped]:
    """Steps that something might fill in another order than theirs: less in one and more in the next is worth it."""
    loose = [s for s in stepped if not len(s.switch)]
    if not loose:
        return []
    first = np.concatenate([s.within[:-1] for s in loose])
    owner = np.repeat(np.arange(len(loose)), [len(s.within) - 1 for s in loose])
    cost = np.zeros(program.columns)
    cost[: len(program.cost())] = program.cost()
    bad = cost[first + 1] < cost[first]
    place = np.full(program.columns, -1)
    place[first] = np.arange(len(first))
    for block in program.families.values():
        bad |= _gains(block.rows, place, len(first))
    return [s for k, s in enumerate(loose) if bad[owner == k].any()]


def _gains(rows: Rows, place: Array, size: int) -> Array:
    """Steps where some row is helped if less lies there and more in the next (`place`: number of each step's column)."""
    out = np.zeros(size, bool)
    if not size:
        return out
    row, col, val = rows.terms.row, rows.terms.col, rows.terms.val
    pairs = [(place[col], -val), (np.where(col > 0, place[col - 1], -1), val)]  # of a step, and of the one after it
    keys = [row[at >= 0].astype(np.int64) * size + at[at >= 0] for at, _ in pairs]
    key, where = np.unique(np.concatenate(keys), return_inverse=True)
    more = np.bincount(where.ravel(), np.concatenate([by[at >= 0] for at, by in pairs]), len(key))
    of = key // size
    helps = ((more < 0) & np.isfinite(rows.upper[of])) | ((more > 0) & np.isfinite(rows.lower[of]))
    out[key[helps] % size] = True
    return out


def called_amounts(n: Network, v: Variables, wants: Array) -> Array:
    """Columns of which something wants more, and those that a charge counts and that must therefore be exact."""
    forced = set(map(id, _forced(n, v)))
    for s in reversed(_booked(n, v).stepped):
        loose = not len(s.switch) and id(s) not in forced and not wants[s.within].any()
        wants[s.amount.cols[s.amount.coefs < 0] if loose else s.amount.cols] = True
    return wants


def floating_charges(n: Network, v: Variables) -> list[Array]:
    """Columns of the steps that are filled after the solve."""
    forced = set(map(id, _forced(n, v)))
    return [s.within for s in _booked(n, v).stepped if not len(s.switch) and id(s) not in forced]


def settle_charges(n: Network, v: Variables, x: Array) -> Array:
    """The solution with what is charged in the steps where it belongs."""
    for s in _booked(n, v).stepped:
        amount = max(s.amount.value(x), 0.0)
        if len(s.switch):
            x[s.within] = np.where(np.arange(len(s.switch)) == np.argmax(x[s.switch]), amount, 0.0)
        else:
            size = np.r_[(s.pieces.high - s.pieces.low)[:-1], np.inf]
            x[s.within] = np.clip(amount - s.pieces.low, 0.0, size)
    return x
