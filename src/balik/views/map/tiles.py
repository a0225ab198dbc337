"""Tiles behind a map, where the settings of the case name some: of the web in pages, of a folder in every picture."""

from __future__ import annotations

import math
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ...tables import Tables
from ...tables.tiles import TileSource, tile_source
from ...words import Sentence, say
from ..figure import Tile, Tiles
from .places import Plane

#: Px of a tile at its own size; most tiles of the level that is shown, and of a finer one.
_SIDE, _MOST, _MOST_FINER = 256.0, 80, 400
#: Letters that the tiles of one map may take in a file.
ROOM = 1_000_000
_HEADS = ((b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpeg"), (b"RIFF", "webp"))


@dataclass(frozen=True)
class Behind:
    """What lies behind a map: tiles, who is named for them, and what is to be said of them."""

    tiles: Tiles | None
    credit: str
    notes: tuple[Sentence, ...]


def wanted(tables: Tables | None) -> TileSource | None:
    """The tiles that a case asks for."""
    return None if tables is None else tile_source(tables.settings)


def behind(source: TileSource, tables: Tables, plane: Plane, page: bool) -> Behind:
    """The tiles of a plane (Web Mercator). `page`: it is shown by a browser, which may ask for tiles of the web."""
    if source.origin:
        return _of_web(source, plane) if page else Behind(None, "", (_left_out(source),))
    return _of_folder(source, tables, plane, page)


def _left_out(source: TileSource) -> Sentence:
    return say("Tiles of {host} are not drawn here: only a page (.html) loads them. Tiles in a folder are drawn in every picture.", host=source.host)  # fmt: skip


def _of_web(source: TileSource, plane: Plane) -> Behind:
    level = min(_level(plane), source.finest)
    while level and len(list(_spots(plane, level))) > _MOST:
        level -= 1
    shown = tuple(_tile(plane, level, x, y, source.address(level, x, y)) for x, y in _spots(plane, level))
    tiles = Tiles(
        plane.width, plane.height, ((level, shown),), source.origin, source.template, source.finest, plane.world
    )
    told = say("The page asks {host} for tiles when it is opened; without a network the coast shows.", host=source.host)
    return Behind(tiles, source.credit or source.host, (told,))


def _of_folder(source: TileSource, tables: Tables, plane: Plane, page: bool) -> Behind:
    """Tiles as data: the level that fits the map, and finer ones as far as there is room."""
    root = Path(".") if tables.path is None else Path(tables.path)
    root = root if root.is_dir() else root.parent
    found = _Folder(source, root, plane)
    fits = _level(plane)
    levels: list[tuple[int, tuple[Tile, ...]]] = []
    room, full = ROOM, False
    for level in [*range(min(fits, source.finest), -1, -1), *range(fits + 1, min(fits + 3, source.finest + 1))]:
        if shown := found.tiles(level, _MOST, room):
            levels.append((level, shown))
            room -= _letters(shown)
            break
        full = full or found.over
    if not levels:
        if full:
            return Behind(
                None, "", (say("Tiles of {path} are too large to be put into a page.", path=source.template),)
            )
        return Behind(None, "", (say("No tile of {path} is there for this map, so only the coast is drawn.", path=str(root / source.template)),))  # fmt: skip
    for level in range(levels[0][0] + 1, source.finest + 1) if page else ():
        more = found.tiles(level, _MOST_FINER, room)
        full = full or found.over
        if not more:
            break
        levels.append((level, more))
        room -= _letters(more)
    notes = (say("Finer tiles are left out, so that the file stays small."),) if full else ()
    return Behind(Tiles(plane.width, plane.height, tuple(levels), world=plane.world), source.credit, notes)


@dataclass
class _Folder:
    """Tiles in a folder. `over`: those of the level last asked for are there and find no room."""

    source: TileSource
    root: Path
    plane: Plane
    over: bool = False

    def tiles(self, level: int, most: int, room: int) -> tuple[Tile, ...]:
        """Tiles of a level that are there; none where there are too many."""
        spots = list(islice(_spots(self.plane, level), most + 1))
        files = [(x, y, self.root / self.source.address(level, x, y)) for x, y in spots]
        there = [(x, y, path) for x, y, path in files if _size(path)]
        self.over = bool(there) and (len(files) > most or sum(_size(path) for *_, path in there) * 4 / 3 > room)
        if self.over:
            return ()
        data = [(x, y, _data(path)) for x, y, path in there]
        return tuple(_tile(self.plane, level, x, y, text) for x, y, text in data if text)


def _size(path: Path) -> int:
    """Bytes of a file; 0 where there is none."""
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0


def _data(path: Path) -> str:
    """The bytes of a picture as an address of their own; "" where it is no picture, or cannot be read."""
    try:
        content = path.read_bytes()
    except OSError:
        return ""
    kind = next((kind for head, kind in _HEADS if content.startswith(head)), "")
    return f"data:image/{kind};base64,{b64encode(content).decode('ascii')}" if kind else ""


def _letters(tiles: tuple[Tile, ...]) -> int:
    return sum(len(tile.address) for tile in tiles)


def _level(plane: Plane) -> int:
    """The level whose tiles are about as large on the map as they are."""
    return max(0, round(math.log2(plane.world[2] / _SIDE)))


def _spots(plane: Plane, level: int) -> Iterator[tuple[int, int]]:
    """Columns and rows of the tiles that a plane shows; columns may go on around the world."""
    left, top, side = plane.world
    size = side / 2**level
    rows = range(max(0, math.floor(-top / size)), min(2**level, math.ceil((plane.height - top) / size)))
    for y in rows:
        for x in range(math.floor(-left / size), math.ceil((plane.width - left) / size)):
            yield x, y


def _tile(plane: Plane, level: int, x: int, y: int, address: str) -> Tile:
    left, top, side = plane.world
    size = side / 2**level
    return Tile(left + x * size, top + y * size, size, size, address)
