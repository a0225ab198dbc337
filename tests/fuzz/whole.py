"""What is done to a whole table, to the settings, or to the bytes of a file."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from balik.schema import INPUT
from fuzz.columns import ODD, WORDS
from fuzz.draft import Draft, Error, Rows
from tables.mutating import SETTINGS as LINES

Change = Callable[[Draft, str, Random], None]


# -- tables ------------------------------------------------------------------------------------------------------


def gone(draft: Draft, table: str, rng: Random) -> None:
    """The table is not there, or nothing is in it."""
    how = rng.choice(("gone", "no rows", "nothing", "blank rows"))
    if how == "gone":
        del draft.tables[table]
    elif how == "blank rows":
        draft.tables[table][1:] = [[None] * len(row) for row in draft.tables[table][1:]]
    else:
        del draft.tables[table][1 if how == "no rows" else 0 :]


def rows_fewer(draft: Draft, table: str, rng: Random) -> None:
    """Rows are missing."""
    rows = draft.tables[table]
    for _ in range(rng.choice((1, 1, 2, 5))):
        if len(rows) > 1:
            del rows[rng.randrange(1, len(rows))]


def rows_twice(draft: Draft, table: str, rng: Random) -> None:
    """Rows stand twice, or very often, as they are or a little other."""
    rows = draft.tables[table]
    for _ in range(rng.choice((1, 1, 3, 200))):
        row = list(rng.choice(rows[1:] or [[]]))
        if row and rng.random() < 0.3:
            row[rng.randrange(len(row))] = rng.choice(("*", None, 1, "x"))
        rows.insert(rng.randint(1, len(rows)), row)


def rows_mixed(draft: Draft, table: str, rng: Random) -> None:
    """Rows in another order, with empty ones between them."""
    rows = draft.tables[table]
    body = rows[1:]
    rng.shuffle(body)
    for _ in range(rng.choice((0, 1, 4))):
        body.insert(rng.randint(0, len(body)), rng.choice(([], [None] * len(rows[0]), [" "], [None, ""])))
    rows[1:] = body


def header_moved(draft: Draft, table: str, rng: Random) -> None:
    """The header stands lower, twice, last, or nowhere."""
    rows = draft.tables[table]
    header = rows[0]
    how = rng.choice(("lower", "twice", "last", "nowhere", "titles"))
    if how == "twice":
        rows.insert(rng.randint(1, len(rows)), list(header))
    elif how == "titles":
        rows[:0] = [[rng.choice(WORDS)], [], ["Tabel 1", None, "2025"]][: rng.randint(1, 3)]
    else:
        del rows[0]
        if how != "nowhere":
            rows.insert(len(rows) if how == "last" else min(len(rows), rng.randint(1, 3)), header)


def ragged(draft: Draft, table: str, rng: Random) -> None:
    """Rows with more or fewer cells than the header."""
    rows = draft.tables[table]
    for _ in range(rng.choice((1, 3))):
        row = rng.choice(rows)
        if rng.random() < 0.5:
            row.extend(rng.choice(([7], [None, "x"], ["", ""], ["x"] * 300)))
        else:
            del row[rng.randrange(len(row) + 1) :]


def renamed(draft: Draft, table: str, rng: Random) -> None:
    """The file or the sheet bears another name: misspelt, in capitals, another table's."""
    bare, at, scenario = table.partition("@")
    name = rng.choice((bare.upper(), bare[:-1], bare + "s", f" {bare}", f"{bare} (2)", f"_{bare}", f".{bare}", bare + ".baru",
                       *INPUT, "Lembar1", "case"))  # fmt: skip
    draft.tables[name + at + scenario] = draft.tables.pop(table)


def repeated(draft: Draft, table: str, rng: Random) -> None:
    """The table stands in two places."""
    name = rng.choice((table.upper(), table.title(), table + "@high", table + "@", table + "@@x", "lanes@" + table))
    draft.tables[name] = [list(row) for row in draft.tables[table]]


def overlaid(draft: Draft, table: str, rng: Random) -> None:
    """A scenario has rows of the table: some cells blank, some `default`, some rows removed."""
    rows = [list(row) for row in draft.tables[table]]
    body = rng.sample(rows[1:], min(len(rows) - 1, rng.randint(1, 3))) if len(rows) > 1 else []
    for row in body:
        for at in range(len(row)):
            if rng.random() < 0.3:
                row[at] = rng.choice((None, "default", row[at], 0, "x"))
    new = [[*rows[0], "remove"], *([*row, rng.choice((None, "yes", "no", "ya", "mungkin"))] for row in body)]
    draft.tables[f"{table.partition('@')[0]}@{rng.choice(('high', 'low', 'baru'))}"] = new


def wide(draft: Draft, table: str, rng: Random) -> None:
    """A key column is laid across: its labels are headers."""
    rows = draft.tables[table]
    if len(rows) < 2 or len(rows[0]) < 2:
        return
    schema = INPUT.get(table.partition("@")[0])
    keys = [i for i, word in enumerate(rows[0]) if schema and word in schema.keys]
    key = rng.choice(keys or range(len(rows[0])))
    marked = [
        i
        for i, word in enumerate(rows[0])
        if schema and word in schema.columns and "wide" in schema.columns[word].rules
    ]
    value = rng.choice([i for i in (marked or range(len(rows[0]))) if i != key] or [key])
    labels = list(dict.fromkeys(row[key] for row in rows[1:] if key < len(row)))
    rest = [i for i in range(len(rows[0])) if i not in (key, value) and (rng.random() < 0.7 or i in keys)]
    new: Rows = [[*(rows[0][i] for i in rest), *labels]]
    for row in rows[1:]:
        if len(row) == len(rows[0]):
            new.append([*(row[i] for i in rest), *(row[value] if row[key] == label else None for label in labels)])
    if rng.random() < 0.3:
        new.insert(0, [*(None for _ in rest), rows[0][value]])
    draft.tables[table] = new


def names(draft: Draft, table: str, rng: Random) -> None:
    """Every header in Indonesian, in capitals or with spaces."""
    schema, rows = INPUT.get(table.partition("@")[0]), draft.tables[table]
    style = rng.choice((str, str.upper, str.title, lambda word: word.replace("_", " "), lambda word: f"\u00a0{word} "))
    if schema and rows:
        rows[0] = [style(schema.columns[w].indonesian if w in schema.columns else str(w or "")) for w in rows[0]]


TABLE_KINDS: dict[str, Change] = {
    "gone": gone, "rows-fewer": rows_fewer, "rows-twice": rows_twice, "rows-mixed": rows_mixed, "header-moved": header_moved,
    "ragged": ragged, "renamed": renamed, "repeated": repeated, "overlaid": overlaid, "wide": wide, "names": names,
}  # fmt: skip


# -- files -------------------------------------------------------------------------------------------------------


def dialect(draft: Draft, table: str, rng: Random) -> None:
    """`;` between cells with decimal commas, tabs, or a mixture of points and commas."""
    draft.delimiter[table] = rng.choice((";", ";", "\t", "|", ":"))
    if rng.random() < 0.4:
        for row in draft.tables[table][1:]:
            row[:] = [str(c) if isinstance(c, float) and rng.random() < 0.5 else c for c in row]


def encoding(draft: Draft, table: str, rng: Random) -> None:
    """Other signs than UTF-8, with a mark of the order of bytes or without, other ends of lines."""
    how = rng.choice(("utf-16", "utf-16-le", "utf-8-sig", "latin-1", "utf-32", "cp1252"))
    ends = rng.choice(("\n", "\r\n", "\r", "\n\r", "\u2028", "\x0b"))
    first = rng.choice(("", "", "sep=,\n", "sep=;\r\n", "\ufeff", "\n\n", "# catatan\n"))
    draft.by_hand.append(
        (table, lambda raw: (first + raw.decode(errors="replace").replace("\n", ends)).encode(how, "replace"))
    )


def torn(draft: Draft, table: str, rng: Random) -> None:
    """Bytes that are other ones, missing, or too many."""
    how, seed = rng.choice(("flip", "cut", "nul", "quote", "repeat", "junk")), rng.random()
    draft.by_hand.append((table, lambda raw: _tear(raw, how, Random(seed))))


def _tear(raw: bytes, how: str, rng: Random) -> bytes:
    at = rng.randrange(len(raw) + 1)
    if how == "flip":
        changed = bytearray(raw)
        for _ in range(rng.randint(1, 5) if raw else 0):
            changed[rng.randrange(len(raw))] = rng.randrange(256)
        return bytes(changed)
    more = {
        "nul": b"\0",
        "quote": rng.choice((b'"', b'""', b'"x')),
        "repeat": raw,
        "junk": bytes(rng.choices(range(256), k=40)),
    }
    return raw[:at] if how == "cut" else raw[:at] + more[how] + raw[at:]


FILE_KINDS: dict[str, Change] = {"dialect": dialect, "encoding": encoding, "torn": torn}


# -- settings ----------------------------------------------------------------------------------------------------


def setting(draft: Draft, key: str, rng: Random) -> None:
    """One key of the settings is dropped, misspelt, written twice, moved, or has another value."""
    at = next((i for i, (name, _) in enumerate(draft.settings) if name == key), None)
    if at is None:
        return
    value = draft.settings[at][1]
    how = rng.choice(("drop", "spell", "twice", "move", "value", "value", "value", "scale"))
    if how == "drop":
        del draft.settings[at]
    elif how == "spell":
        draft.settings[at] = (rng.choice((key[:-1], key.upper(), key + "s", key[1:], "x", "solve." + key)), value)
    elif how == "twice":
        draft.settings.insert(rng.randint(0, len(draft.settings)), (key, rng.choice((value, 5, "x"))))
    elif how == "move":
        bare = key.rpartition(".")[2]
        draft.settings[at] = (
            rng.choice((bare, f"finance.{bare}", f"objective.{bare}", f"distance.{bare}", f"solve.{bare}")),
            value,
        )
    elif how == "scale" and isinstance(value, (int, float)):
        draft.settings[at] = (key, float(value) * rng.choice((1e3, 1e-3, -1, 1e18, 0, 1e-20, 1e300)))
    else:
        values = (0, -1, 1, 2.5, 1e-30, 1e30, float("inf"), float("nan"), True, "", " ", "Rp", "npv", "once", "annuity", "auto",
                  "baseline", "USD", "12,5", "1.234", Error(), 10**400, *ODD[:30])  # fmt: skip
        draft.settings[at] = (key, rng.choice(values))


def line(draft: Draft, key: str, rng: Random) -> None:
    """A line of the settings that is none, or says something else (folders only)."""
    text, start = (
        rng.choice((*LINES, "x", "[solve", "]", "=", "a = {b = 1}", "title = [1]", "[[solve]]", "solve = 1")),
        rng.random(),
    )
    draft.by_hand.append(("case", lambda raw: _with_line(raw, text, start)))


def _with_line(raw: bytes, text: str, start: float) -> bytes:
    lines = raw.split(b"\n")
    lines.insert(int(start * len(lines)), text.encode(errors="replace"))
    return b"\n".join(lines)


def objective(draft: Draft, key: str, rng: Random) -> None:
    """Weights on other quantities than cost."""
    quantities = (
        "cost",
        "co2",
        "km",
        "tkm",
        "jobs",
        "trips",
        "flow",
        "collect",
        "shortage",
        "open",
        "use",
        "run",
        "stock",
        "holding",
        "x",
    )
    draft.settings = [(k, v) for k, v in draft.settings if not k.startswith("objective.")]
    for quantity in rng.sample(quantities, rng.randint(1, 3)):
        draft.settings.append((f"objective.{quantity}", rng.choice((1, 0, -1, 0.001, 1e9, 5))))


SETTING_KINDS: dict[str, Change] = {"setting": setting, "line": line, "objective": objective}
