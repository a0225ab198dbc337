"""Pictures as PNG: by resvg (the extra `png`), else by a Chromium that is installed."""

from __future__ import annotations

from functools import cache

from ..errors import CallError
from ..words import say
from .browser import browser, pictured
from .figure import Figure
from .svg import sized, svg

#: Pixels for each px of the picture, and the most on a side.
_SCALE, _MOST = 2.0, 12000


def png(figure: Figure) -> bytes:
    """The figure as PNG, twice as fine as its px; raises CallError where nothing here can draw it."""
    wide, high = sized(figure)
    scale = min(_SCALE, _MOST / max(wide, high))
    text = svg(figure)
    if _has_resvg():
        import resvg_py

        return bytes(resvg_py.svg_to_bytes(svg_string=text, zoom=scale, sans_serif_family="DejaVu Sans"))
    if browser() is not None:
        return pictured(text, wide, high, scale)
    raise CallError(say("To write PNG, install balik[png] or Chromium; or write .svg, which needs neither."))


@cache
def _has_resvg() -> bool:
    """Whether resvg is installed and finds a font: without one it leaves out all texts, and says nothing."""
    try:
        import resvg_py
    except ImportError:
        return False
    frame = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20" viewBox="0 0 40 20">{}</svg>'
    word = (
        '<text x="2" y="15" font-family="\'Liberation Sans\', Arial, Helvetica, \'DejaVu Sans\', sans-serif">M</text>'
    )
    drawn = [bytes(resvg_py.svg_to_bytes(svg_string=frame.format(inner))) for inner in ("", word)]
    return drawn[0] != drawn[1]
