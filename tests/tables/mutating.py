"""Random damage to the files of a case: cells, columns, rows, headers, bytes, settings."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

#: What people type into cells, and what should never be typed there.
CELLS = (
    "", " ", "*", "0", "-1", "1.5", "12,5", "1.234,5", "inf", "-inf", "nan", "1e400", "1e30", "-10/9", "1/0", "10^3",
    "kind:dealer", "kind:", "group:x", "each", "default", "yes", "ya", "mungkin", "pabrik", "1", "2", "99", "Rp 5",
    "=A1", "'", '"', "a;b", "a,b", "baris\nbaru", "\ufeff", "é", "kg", "t", "dus", "closed", "existing", "load",
    "unload", "cost", "trips", "use", "stock", "0.0000000001", "9" * 30, "1" * 300, "free", "at_least",
)  # fmt: skip
HEADERS = (
    "",
    "km",
    "capacity [t]",
    "jumlah",
    "amout",
    "note",
    "_x",
    "place",
    "mode",
    "amount",
    "least",
    "most",
    "period",
)
SETTINGS = (
    '[solve]\nengine = "none"', "[solve]\ntime_limit = -1", "[objective]\nkm = 1", "[objective]\nuse = -1", "title = 3",
    "[distance]\ndetour = 1.3", '[distance]\ndetour = "x"', '[finance]\none_off = "npv"\nrate = 0.1\nperiods_per_year = 12',
    '[finance]\none_off = "annuity"\nrate = 1e-20\nyears = 5\nperiods_per_year = 12', '[finance]\none_off = "soon"',
    "objective = 3", "[[[", "[solve]\ngap = nan", '[finance]\none_off = "npv"\nrate = 0.1\nyears = 7.3\nperiods_per_year = 1',
)  # fmt: skip


def damage(folder: Path, rng: random.Random) -> str:
    """Do one random damage to a folder; returns what was done."""
    files = sorted(folder.rglob("*.csv"))
    path = rng.choice(files)
    ways = [_cell] * 8 + [_header, _column, _row, _rows, _bytes, _dialect, _remove, _settings, _widen]
    return f"{path.relative_to(folder)}: {rng.choice(ways)(path, folder, rng)}"


def _read(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8", "replace"), newline="")))


def _write(path: Path, rows: list[list[str]], delimiter: str = ",") -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8")


def _cell(path: Path, folder: Path, rng: random.Random) -> str:
    rows = _read(path)
    if len(rows) < 2 or not rows[0]:
        return "nothing"
    row, column, text = rng.randrange(1, len(rows)), rng.randrange(len(rows[0])), rng.choice(CELLS)
    if column < len(rows[row]):
        rows[row][column] = text
    _write(path, rows)
    return f"cell {row},{rows[0][column]} = {text[:20]!r}"


def _header(path: Path, folder: Path, rng: random.Random) -> str:
    rows = _read(path)
    if not rows or not rows[0]:
        return "nothing"
    at, word = rng.randrange(len(rows[0])), rng.choice(HEADERS)
    old, rows[0][at] = rows[0][at], word
    _write(path, rows)
    return f"header {old} = {word!r}"


def _column(path: Path, folder: Path, rng: random.Random) -> str:
    rows = _read(path)
    if not rows or not rows[0]:
        return "nothing"
    at = rng.randrange(len(rows[0]))
    _write(path, [row[:at] + row[at + 1 :] for row in rows])
    return f"column {rows[0][at]} gone"


def _row(path: Path, folder: Path, rng: random.Random) -> str:
    rows = _read(path)
    if len(rows) < 2:
        return "nothing"
    at = rng.randrange(1, len(rows))
    if rng.random() < 0.5:
        rows.insert(at, list(rows[at]))
    else:
        del rows[at]
    _write(path, rows)
    return f"row {at} twice or gone"


def _rows(path: Path, folder: Path, rng: random.Random) -> str:
    _write(path, _read(path)[:1])
    return "no rows"


def _bytes(path: Path, folder: Path, rng: random.Random) -> str:
    raw = bytearray(path.read_bytes())
    for _ in range(rng.randint(1, 4)):
        if raw:
            raw[rng.randrange(len(raw))] = rng.randrange(256)
    path.write_bytes(bytes(raw))
    return "bytes"


def _dialect(path: Path, folder: Path, rng: random.Random) -> str:
    _write(path, _read(path), ";")
    return "semicolons"


def _remove(path: Path, folder: Path, rng: random.Random) -> str:
    path.unlink()
    return "removed"


def _settings(path: Path, folder: Path, rng: random.Random) -> str:
    toml, text = folder / "case.toml", rng.choice(SETTINGS)
    if toml.is_file():
        kept = toml.read_text(encoding="utf-8").split("[")[0] if text.startswith("[") else ""
        toml.write_text(kept + text + "\n", encoding="utf-8")
    return f"settings {text!r}"


def _widen(path: Path, folder: Path, rng: random.Random) -> str:
    rows = _read(path)
    if rows:
        rows[rng.randrange(len(rows))].extend(["7", "x"])
    _write(path, rows)
    return "a row too wide"
