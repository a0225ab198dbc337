"""Small lists for tests: a company with two banks, a warehouse in use and one to choose, and a plant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from balik.start.begin import Started, begin

Rows = Sequence[Sequence[Any]]

#: date, number, from, to, product, kg, vehicle, km, cost
MOVED: list[list[Any]] = [
    ["2025-01-06", "S1", "Bank A", "Depot Utara", "PET", 400, "Pickup", 10, 80_000],
    ["2025-01-13", "S2", "Bank A", "Depot Utara", "PET", 350.5, "Pickup", 10, 80_000],
    ["2025-01-14", "S3", "Bank B", "Depot Utara", "PET", 500, "Pickup", 20, 160_000],
    ["2025-01-29", "S4", "Depot Utara", "Pabrik", "PET", 1250.5, "Truk", 50, 700_000],
    ["2025-02-03", "S5", "Bank A", "Depot Utara", "Kardus", 600, "Pickup", 10, 80_000],
    ["2025-02-20", "S6", "Bank B", "Depot Utara", "PET", 450, "Pickup", 20, 160_000],
    ["2025-02-27", "S7", "Depot Utara", "Pabrik", "Kardus", 600, "Truk", 50, 700_000],
    ["2025-02-28", "S8", "Depot Utara", "Pabrik", "PET", 450, "Truk", 50, 700_000],
]
ENGLISH: dict[str, Rows] = {
    "shipments": [
        ["Date", "Shipment no", "From", "To", "Product", "Weight (kg)", "Vehicle", "Distance (km)", "Cost (Rp)"],
        *MOVED,
    ],
    "rates": [
        ["Vehicle", "Payload (t)", "Loaded (Rp/km)", "Empty (Rp/km)"],
        ["Pickup", 1, 4500, 3500],
        ["Truk", 4, 8000, 6000],
    ],
    "sites": [
        ["Place", "Type", "Latitude", "Longitude", "Capacity (t/month)", "Rent (Rp/month)"],
        ["Bank A", "bank", -6.90, 107.60, "", ""],
        ["Bank B", "bank", -6.95, 107.70, "", ""],
        ["Depot Utara", "depot", -6.88, 107.55, 5, 900_000],
        ["Depot Timur", "depot", -6.93, 107.72, 5, 700_000],
        ["Pabrik", "plant", -7.10, 107.80, "", ""],
    ],
    "invoices": [["Account", "Amount (Rp)"], ["Transport", 2_700_000], ["Rent", 1_800_000]],
}
_HEADS = {
    "shipments": [
        "Tanggal",
        "No surat jalan",
        "Asal",
        "Tujuan",
        "Barang",
        "Berat [kg]",
        "Kendaraan",
        "Jarak (km)",
        "Ongkos (Rp)",
    ],
    "rates": ["Jenis kendaraan", "Muatan (ton)", "Tarif isi (Rp/km)", "Tarif kosong (Rp/km)"],
    "sites": ["Nama lokasi", "Jenis", "Lintang", "Bujur", "Kapasitas (ton/bulan)", "Sewa per bulan (Rp)"],
    "invoices": ["Uraian", "Jumlah (Rp)"],
}
INDONESIAN: dict[str, Rows] = {name: [_HEADS[name], *rows[1:]] for name, rows in ENGLISH.items()}
INDONESIAN["invoices"] = [_HEADS["invoices"], ["Ongkos angkut", 2_700_000], ["Sewa", 1_800_000]]
NAMES = {"shipments": "pengiriman.csv", "rates": "tarif.csv", "sites": "lokasi.csv", "invoices": "tagihan.csv"}


def write(folder: Path, lists: Mapping[str, Rows | None], sign: str = ",", bom: bool = False) -> list[Path]:
    """The lists as CSV files, numbers with the decimal sign of the dialect."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for name, rows in lists.items():
        if rows is not None:
            lines = [sign.join(_cell(cell, sign) for cell in row) for row in rows]
            path = folder / NAMES.get(name, f"{name}.csv")
            path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig" if bom else "utf-8")
            files.append(path)
    return files


def _cell(value: Any, sign: str) -> str:
    text = str(value)
    if isinstance(value, (int, float)):
        return text.replace(".", ",") if sign == ";" else text
    return f'"{text}"' if sign in text else text


def changed(name: str, row: int, column: str, value: Any, lists: Mapping[str, Rows] = ENGLISH) -> dict[str, Rows]:
    """The lists with one cell changed; row 2 is the first below the header."""
    rows = [list(cells) for cells in lists[name]]
    rows[row - 1][rows[0].index(column)] = value
    return {**lists, name: rows}


def started(folder: Path, lists: Mapping[str, Rows | None] = ENGLISH, sign: str = ",", **more: Any) -> Started:
    """What the lists make."""
    return begin(write(folder, lists, sign), "case", map_name="case.map.toml", **more)


def codes(made: Started) -> list[str]:
    """Codes of the errors and warnings."""
    return sorted(problem.code for problem in made.problems)


def rows_of(made: Started, table: str) -> list[dict[str, str]]:
    """A table as rows."""
    columns = made.tables[table]
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]
