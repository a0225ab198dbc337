"""`[map]` in case.toml: where the tiles behind a map come from, if from anywhere, and who is to be named for them.

Tiles are squares of a Web Mercator map: 4^z of them cover the world at level z, row 0 in the north.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..words import Sentence, say

#: Finest level where `tiles_max_zoom` says nothing, and the finest that there is.
USUAL, FINEST = 19, 24
#: Kinds of pictures that a tile of the user's own may be.
PICTURES = (".png", ".jpg", ".jpeg", ".webp")
_HOLE = re.compile(r"\{([^{}]*)\}")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
_WEB = re.compile(r"(https?://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?)/[!-~]+", re.IGNORECASE)
_UNSAFE = re.compile(r"[\"'`<>\\^|#\s\x00-\x1f\x7f]")
_EXAMPLE = '"https://tile.example/{z}/{x}/{y}.png"'


@dataclass(frozen=True)
class TileSource:
    """An address or a path with {z}, {x} and {y} in it. `origin`: scheme and host of the web; "": files."""

    template: str
    credit: str = ""
    finest: int = USUAL

    @property
    def origin(self) -> str:
        """What a page must be allowed to load pictures from: https://tile.example."""
        found = _WEB.fullmatch(self.template)
        return found[1].lower() if found else ""

    @property
    def host(self) -> str:
        """The server's name, for a reader."""
        return self.origin.partition("://")[2]

    def address(self, z: int, x: int, y: int) -> str:
        """Where a tile is; columns go on around the world.

        >>> TileSource("t/{z}/{x}/{-y}.png").address(2, 5, 0)
        't/2/1/3.png'
        """
        values = {"z": z, "x": x % 2**z, "y": y, "-y": 2**z - 1 - y}
        return _HOLE.sub(lambda hole: str(values[hole[1]]), self.template)


def tile_source(settings: Mapping[str, Any]) -> TileSource | None:
    """What [map] of settings that were checked says; None: no tiles."""
    found = settings.get("map", {})
    if not found.get("tiles"):
        return None
    return TileSource(found["tiles"], found.get("tiles_credit", ""), int(found.get("tiles_max_zoom", USUAL)))


def wrong_tiles(name: str, value: Any) -> tuple[Sentence, Sentence] | None:
    """Why a value of [map] does not fit, and what to write; None where it fits."""
    key = f"map.{name}"
    if name == "tiles_max_zoom":
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value not in range(FINEST + 1):
            found = say("{key} = {value!r} is not a whole number from 0 to {most}.", key=key, value=value, most=FINEST)
            return found, say("Write {key} = {example}.", key=name, example="14")
        return None
    if not isinstance(value, str):
        example = _EXAMPLE if name == "tiles" else '"© …"'
        return say("{key} = {value!r} is not text.", key=key, value=value), say("Write {key} = {example}.", key=name, example=example)  # fmt: skip
    return _wrong_template(value) if name == "tiles" else None


def _wrong_template(text: str) -> tuple[Sentence, Sentence] | None:
    """Why an address or path of tiles cannot be used."""
    write = say("Write {key} = {example}.", key="tiles", example=_EXAMPLE)
    holes = _HOLE.findall(text)
    strange = [hole for hole in holes if hole not in ("z", "x", "y", "-y")]
    if strange:
        found = say("'{hole}' in map.tiles is not known.", hole=f"{{{strange[0]}}}")
        advice = say("Only {holes} are filled in: write one of the names that it stands for, or leave it out.", holes="{z}, {x}, {y}, {-y}")  # fmt: skip
        return found, advice
    missing = [part for part, *names in (("z", "z"), ("x", "x"), ("y", "y", "-y")) if not set(names) & set(holes)]
    if missing:
        return say("map.tiles lacks {parts}.", parts=", ".join(f"{{{part}}}" for part in missing)), write
    scheme = _SCHEME.match(text)
    if scheme and scheme[1].lower() not in ("http", "https"):
        found = say("map.tiles begins with '{scheme}', which is neither http nor https.", scheme=f"{scheme[1]}:")
        return found, say("Write an address of the web, or the path of a folder: {example}.", example='"tiles/{z}/{x}/{y}.png"')  # fmt: skip
    if scheme and (_UNSAFE.search(text) or not _WEB.fullmatch(text)):
        return say("map.tiles is no address that a page can use."), write
    if re.match(r"[/\\]{2}", text):  # on Windows another computer, which would be asked
        return say("map.tiles is no address that a page can use."), write
    if not scheme and (re.search(r"[\"<>\x00-\x1f\x7f]", text) or not text.lower().endswith(PICTURES)):
        found = say("map.tiles is no path of pictures.")
        return found, say("Write a path that ends in one of {suffixes}.", suffixes=", ".join(PICTURES))
    return None
