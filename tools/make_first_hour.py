"""Writes the lists of the synthetic case: a year of a collection company that does not exist, always the same.

    python tools/make_first_hour.py [FOLDER]     (without: the folder `source` of the bundled case)

The places are real, their coordinates rounded to 0.01 degrees; every amount, distance, rate, rent and invoice is
invented. The lists are kept as people keep them: titles above the header, Indonesian words, `;` and decimal commas,
`Rp` before money, stray spaces and small letters, a header that stands again, a total below. The carrier adds 3 % for fuel to every trip,
which the rate sheet does not say.
"""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path

SEED = 2025
YEAR = 2025
TITLE = "Jam pertama: perusahaan pengumpul di Bandung Raya dan Garut (data sintetis)"
MONTHS = "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split()
SURCHARGE = 1.03
FOLDER = Path(__file__).resolve().parents[1] / "cases" / "first-hour" / "source"

#: name: (latitude, longitude, warehouse of today, kg of PET and of cardboard in a month)
BANKS = {
    "BS Sukajadi": (-6.88, 107.59, "Gudang Cimahi", 1500, 1900),
    "BS Cicendo": (-6.90, 107.58, "Gudang Cimahi", 1300, 1700),
    "BS Andir": (-6.91, 107.58, "Gudang Cimahi", 1200, 2300),
    "BS Coblong": (-6.88, 107.62, "Gudang Gedebage", 1700, 2100),
    "BS Cidadap": (-6.86, 107.60, "Gudang Cimahi", 900, 1200),
    "BS Lengkong": (-6.93, 107.63, "Gudang Gedebage", 1400, 1800),
    "BS Regol": (-6.94, 107.61, "Gudang Cimahi", 1200, 1500),
    "BS Kiaracondong": (-6.92, 107.65, "Gudang Gedebage", 1600, 2200),
    "BS Antapani": (-6.91, 107.66, "Gudang Gedebage", 1300, 1700),
    "BS Arcamanik": (-6.91, 107.68, "Gudang Gedebage", 1100, 1500),
    "BS Ujungberung": (-6.91, 107.70, "Gudang Gedebage", 1200, 1600),
    "BS Cibiru": (-6.92, 107.72, "Gudang Gedebage", 1000, 1400),
    "BS Buahbatu": (-6.95, 107.65, "Gudang Gedebage", 1500, 2000),
    "BS Bojongloa": (-6.93, 107.59, "Gudang Cimahi", 1000, 1300),
    "BS Cimahi Utara": (-6.86, 107.56, "Gudang Cimahi", 1300, 1700),
    "BS Cimahi Tengah": (-6.88, 107.54, "Gudang Cimahi", 1500, 1900),
    "BS Ngamprah": (-6.84, 107.51, "Gudang Cimahi", 900, 1100),
    "BS Margahayu": (-6.97, 107.57, "Gudang Gedebage", 1100, 1500),
    "BS Jatinangor": (-6.93, 107.77, "Gudang Gedebage", 1000, 1300),
    "BS Garut Kota": (-7.22, 107.91, "Gudang Garut", 1300, 1600),
    "BS Tarogong": (-7.19, 107.89, "Gudang Garut", 1100, 1400),
    "BS Karangpawitan": (-7.20, 107.95, "Gudang Garut", 800, 1000),
}
TPS = {
    "TPS3R Baros": (-6.89, 107.53, "Gudang Cimahi", 5200, 6400),
    "TPS3R Dayeuhkolot": (-6.99, 107.63, "Gudang Cimahi", 4800, 6100),
    "TPS3R Cileunyi": (-6.94, 107.75, "Gudang Gedebage", 4400, 5600),
    "TPS3R Majalaya": (-7.05, 107.76, "Gudang Gedebage", 4100, 5300),
    "TPS3R Leles": (-7.11, 107.90, "Gudang Garut", 3600, 4700),
    "TPS3R Cicalengka": (-6.98, 107.84, "Gudang Garut", 3300, 4300),
}
#: name: (latitude, longitude, tonnes a month, rent a month in Rp)
WAREHOUSES = {
    "Gudang Cimahi": (-6.88, 107.54, 60, 9_500_000),
    "Gudang Gedebage": (-6.95, 107.69, 65, 13_000_000),
    "Gudang Garut": (-7.20, 107.91, 30, 5_500_000),
    "Gudang Cileunyi": (-6.94, 107.75, 70, 10_500_000),
    "Gudang Batujajar": (-6.91, 107.50, 30, 7_500_000),
}
PLANTS = {"Pabrik PET Rancaekek": (-6.97, 107.77, "Botol PET"), "Pabrik Kertas Padalarang": (-6.84, 107.48, "Kardus")}
#: name: (tonnes of payload, Rp per km loaded, Rp per km empty)
VEHICLES = {"Pickup": (1.0, 4_200, 3_600), "Truk engkel": (4.0, 7_800, 6_500)}
#: Bottles fill a vehicle before they are heavy.
LOADS = {"Botol PET": (0.40, 0.62), "Kardus": (0.66, 0.96)}
DRIVERS = "Asep Cecep Dadang Entis Iwan Ujang".split()

Row = tuple[date, str, str, str, float, str]  # date, origin, dest, material, kg, vehicle


def coordinates() -> dict[str, tuple[float, float]]:
    """Latitude and longitude of every place."""
    return {name: row[:2] for table in (BANKS, TPS, WAREHOUSES, PLANTS) for name, row in table.items()}


def road(origin: str, dest: str, rng: random.Random) -> float:
    """km of a road that is 1.2 to 1.5 times as long as the straight line."""
    at = coordinates()
    (lat1, lon1), (lat2, lon2) = (map(math.radians, at[place]) for place in (origin, dest))
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return max(1.5, round(6371.0088 * 2 * math.asin(math.sqrt(h)) * rng.uniform(1.2, 1.5), 1))


def half_kg(value: float) -> float:
    """As the weighbridge shows it."""
    return round(value * 2) / 2


def collected(rng: random.Random) -> list[Row]:
    """A year of trips from the waste banks and sorting stations to the warehouses."""
    rows: list[Row] = []
    for table, vehicle in ((BANKS, "Pickup"), (TPS, "Truk engkel")):
        payload = VEHICLES[vehicle][0] * 1000
        for name, (_, _, warehouse, *monthly) in table.items():
            for material, usual in zip(LOADS, monthly, strict=True):
                waiting = 0.0
                for month in range(1, 13):
                    season = 1 + 0.12 * math.sin(math.pi * (month - 2) / 6)
                    waiting += usual * season * rng.uniform(0.85, 1.15)
                    while waiting > payload * LOADS[material][0] * 1.1:
                        load = half_kg(min(waiting, payload * rng.uniform(*LOADS[material])))
                        waiting -= load
                        day = date(YEAR, month, rng.randint(1, 24))
                        rows.append((day, name, warehouse, material, load, vehicle))
    return rows


def sold(inbound: Iterable[Row], rng: random.Random) -> list[Row]:
    """What the warehouses send to the plants at the end of each month: all that came."""
    plant = {material: name for name, (_, _, material) in PLANTS.items()}
    total: dict[tuple[int, str, str], float] = {}
    for day, _, warehouse, material, load, _ in inbound:
        key = (day.month, warehouse, material)
        total[key] = total.get(key, 0.0) + load
    rows: list[Row] = []
    for (month, warehouse, material), amount in total.items():
        while amount > 0:
            load = min(amount, half_kg(4000 * rng.uniform(0.78, 0.97)))
            amount -= load
            rows.append(
                (date(YEAR, month, rng.randint(25, 28)), warehouse, plant[material], material, load, "Truk engkel")
            )
    return rows


def rupiah(value: float) -> str:
    """`Rp 1.250.000,00`."""
    return f"Rp {value:,.2f}".replace(",", "_").replace(".", ",").replace("_", ".")


def comma(value: float) -> str:
    """`1.250,5`, as a spreadsheet shows it in Indonesia."""
    return f"{value:,.1f}".replace(",", "_").replace(".", ",").replace("_", ".")


def untidy(name: str, rng: random.Random) -> str:
    """A name as it is typed on a busy day."""
    return rng.choice([name] * 30 + [f"{name} ", name.replace(" ", "\u00a0", 1), name.lower()])


def write(path: Path, rows: Iterable[Iterable[object]]) -> None:
    """Rows with `;` between cells."""
    text = "\n".join(";".join(map(str, row)) for row in rows)
    path.write_text(text + "\n", encoding="utf-8-sig", newline="\n")


def main(folder: Path) -> None:
    """The four lists, and a map that says the title of the case."""
    rng = random.Random(SEED)
    inbound = collected(rng)
    rows = sorted(inbound + sold(inbound, rng))
    km = {pair: road(*pair, rng) for pair in sorted({(row[1], row[2]) for row in rows})}
    folder.mkdir(parents=True, exist_ok=True)
    paid = shipments(folder / "pengiriman.csv", rows, km, rng)
    rates = [
        [name, comma(payload), rupiah(loaded), rupiah(empty)] for name, (payload, loaded, empty) in VEHICLES.items()
    ]
    write(folder / "tarif.csv", [
        ["Tarif angkutan", "", "", ""], ["berlaku mulai 1 Januari 2025", "", "", ""], [],
        ["Jenis kendaraan", "Muatan maks (ton)", "Tarif isi (Rp/km)", "Tarif kosong (Rp/km)"], *rates,
    ])  # fmt: skip
    places(folder / "lokasi.csv")
    (folder / "peta.toml").write_text(f'title = "{TITLE}"\n', encoding="utf-8", newline="\n")
    rent = sum(row[3] for name, row in WAREHOUSES.items() if any(name in r[1:3] for r in rows))
    lines = [[f"{month} {YEAR}", word, rupiah(value)] for at, month in enumerate(MONTHS, 1)
             for word, value in (("Ongkos angkut", paid[at]), ("Sewa gudang", rent))]  # fmt: skip
    write(
        folder / "tagihan.csv", [["Rekap tagihan yang dibayar", "", ""], [], ["Bulan", "Uraian", "Jumlah (Rp)"], *lines]
    )


def shipments(path: Path, rows: list[Row], km: dict[tuple[str, str], float], rng: random.Random) -> dict[int, float]:
    """The list of shipments; returns what the carrier was paid in each month."""
    header = ["No", "Tanggal", "No surat jalan", "Asal", "Tujuan", "Barang", "Berat (kg)", "Kendaraan", "Jarak (km)",
              "Ongkos (Rp)", "Sopir"]  # fmt: skip
    lines: list[list[object]] = [["CV Contoh Kumpul (data sintetis)"], [f"Daftar pengiriman {YEAR}"], [], header]
    paid = dict.fromkeys(range(1, 13), 0.0)
    for number, (day, origin, dest, material, load, vehicle) in enumerate(rows, 1):
        way = km[origin, dest]
        _, loaded, empty = VEHICLES[vehicle]
        cost = round(way * (loaded + empty) * SURCHARGE, 2)
        paid[day.month] += cost
        shown = way + rng.choice([0, 0, 0, 0, 0, 0.1, -0.1])
        lines.append([number, day.strftime("%d/%m/%Y"), f"SJ-{YEAR}-{number:04}", untidy(origin, rng), untidy(dest, rng),
                      material, comma(load), vehicle, comma(shown), rupiah(cost), rng.choice(DRIVERS)])  # fmt: skip
        if number == len(rows) // 2:
            lines.append(header)
    total = sum(row[4] for row in rows)
    lines.append(["TOTAL", "", "", "", "", "", comma(total), "", "", rupiah(sum(paid.values())), ""])
    write(path, lines)
    return paid


def places(path: Path) -> None:
    """The list of places; only warehouses have a capacity and a rent."""
    lines: list[list[object]] = [["Daftar lokasi", "", "", "", "", ""], []]
    lines.append(["Nama lokasi", "Jenis", "Lintang", "Bujur", "Kapasitas (ton/bulan)", "Sewa (Rp/bulan)"])
    for kind, table in (("bank sampah", BANKS), ("TPS3R", TPS), ("gudang", WAREHOUSES), ("pabrik", PLANTS)):
        for name, row in table.items():
            lat, lon = (f"{value:.2f}".replace(".", ",") for value in row[:2])
            more = [comma(float(row[2])), rupiah(float(row[3]))] if kind == "gudang" else ["", ""]
            lines.append([name, kind, lat, lon, *more])
    write(path, lines)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
