"""Live progress on a terminal: one line that is rewritten, and nothing at all in a pipe."""

from __future__ import annotations

import sys
import time
from typing import TextIO

from ..engines.result import Progress

_EVERY = 0.2


class ProgressLine:
    """Writes incumbent, bound, gap and time over one line of standard error, if that is a terminal."""

    def __init__(self, stream: TextIO | None = None):
        self.stream = stream or sys.stderr
        self.live = self.stream.isatty()
        self.last = 0.0
        self.width = 0

    def __call__(self, p: Progress) -> None:
        """Show the state of the search."""
        now = time.monotonic()
        if not self.live or now - self.last < _EVERY:
            return
        self.last = now
        if p.doing is not None:
            self._write(str(p.doing))
            return
        best = "none yet" if p.incumbent is None else f"{p.incumbent:,.0f}"
        bound = "–" if p.bound is None else f"{p.bound:,.0f}"
        gap = "–" if p.gap is None else f"{100 * p.gap:.3f} %"
        self._write(
            f"best {best} · bound {bound} · gap {gap} · {p.nodes:,} nodes · {p.seconds:.0f} s · Ctrl-C keeps the best"
        )

    def _write(self, text: str) -> None:
        self.stream.write("\r" + text[:160].ljust(self.width))
        self.stream.flush()
        self.width = len(text[:160])

    def clear(self) -> None:
        """Take the line away."""
        if self.live and self.width:
            self.stream.write("\r" + " " * self.width + "\r")
            self.stream.flush()
            self.width = 0
