"""Cut the coasts and borders that balik ships out of Natural Earth, as the npm package world-atlas 2.0.2 redistributes it.

python tools/make_coast.py FOLDER, where FOLDER is the unpacked package (npm pack world-atlas@2.0.2). Natural Earth is
in the public domain; see src/balik/views/map/COAST.md.
"""

from __future__ import annotations

import json
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

from balik.views.map.coast import Ring, clip

OUT = Path(__file__).resolve().parents[1] / "src" / "balik" / "views" / "map" / "coast.json"
#: Window in degrees (west, south, east, north), file of the package, and degrees of one step of the grid.
LAYERS = (
    ((92.0, -13.0, 143.0, 9.0), "countries-10m.json", 0.01),
    ((-180.0, -60.0, 180.0, 84.0), "countries-50m.json", 0.05),
)


def main(folder: Path) -> None:
    """Write the layers, the finest first."""
    layers: list[dict[str, Any]] = []
    for window, name, step in LAYERS:
        rings = []
        for ring in outer_rings(json.loads((folder / name).read_text(encoding="utf-8"))):
            thinned = thin(clip(ring, window), step)
            if len(thinned) > 3:
                rings.append(deltas(thinned))
        layers.append({"window": window, "step": step, "rings": sorted(rings, key=len, reverse=True)})
    text = json.dumps(layers, separators=(",", ":")).replace("]],", "]],\n").replace("],[", "],\n[")
    OUT.write_text(text + "\n", encoding="utf-8")
    print(f"{OUT.name}: {OUT.stat().st_size:,} bytes, {[len(layer['rings']) for layer in layers]} rings")


def outer_rings(atlas: dict[str, Any]) -> list[Ring]:
    """Every ring of every country: arcs are kept as steps, those with a negative number run backwards."""
    (sx, sy), (tx, ty) = atlas["transform"]["scale"], atlas["transform"]["translate"]
    arcs = []
    for arc in atlas["arcs"]:
        x = y = 0
        run = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            run.append((x * sx + tx, y * sy + ty))
        arcs.append(run)
    rings = []
    for shape in atlas["objects"]["countries"]["geometries"]:
        polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]] if "arcs" in shape else []
        for polygon in polygons:
            for ring in polygon:
                points: Ring = []
                for at in ring:
                    arc = arcs[at] if at >= 0 else arcs[~at][::-1]
                    points += arc[1:] if points else arc
                rings.append(points)
    return rings


def thin(ring: Ring, step: float) -> list[tuple[int, int]]:
    """Points on a grid, without those that repeat or lie on a straight line."""
    points: list[tuple[int, int]] = []
    for x, y in ring:
        point = round(x / step), round(y / step)
        if points and point == points[-1]:
            continue
        if len(points) > 1 and turn(points[-2], points[-1], point) == 0:
            points[-1] = point
        else:
            points.append(point)
    return points


def turn(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> int:
    """0 where three points lie on one line."""
    return (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])


def deltas(points: list[tuple[int, int]]) -> list[int]:
    """x, y of the first point, then the step to each next."""
    flat = list(points[0])
    for (ax, ay), (bx, by) in pairwise(points):
        flat += [bx - ax, by - ay]
    return flat


if __name__ == "__main__":
    main(Path(sys.argv[1]))
