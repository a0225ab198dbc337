"""Live progress on a terminal: one line that is rewritten, and nothing at all in a pipe."""

from __future__ import annotations

import shutil
import sys
import time
from typing import TextIO

from ..engines.result import Progress
from ..words import Figure, say
from .language import Language

_EVERY = 0.2
_BETWEEN = " · "


class ProgressLine:
    """Writes incumbent, bound, gap and time over one line of standard error, if that is a terminal."""

    def __init__(self, stream: TextIO | None = None, language: str = "en"):
        self.stream = stream or sys.stderr
        self.speak = Language(language)
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
            self._write(self.speak(p.doing))
            return
        best = say("none yet") if p.incumbent is None else Figure(f"{p.incumbent:,.0f}")
        bound = "–" if p.bound is None else Figure(f"{p.bound:,.0f}")
        gap = "–" if p.gap is None else Figure(f"{100 * p.gap:.3f} %")
        told = say("best {best} · bound {bound} · gap {gap} · {nodes:,} nodes · {seconds:.0f} s · Ctrl-C keeps the best",
                   best=best, bound=bound, gap=gap, nodes=p.nodes, seconds=p.seconds)  # fmt: skip
        self._write(self.speak(told))

    def _write(self, text: str) -> None:
        """Over the line before; never wider than the terminal, where it would break and could not be rewritten."""
        most = shutil.get_terminal_size().columns - 1
        while len(text) > most and _BETWEEN in text:
            text = text[: text.rindex(_BETWEEN)]
        text = text[:most]
        self.stream.write("\r" + text.ljust(min(self.width, most)))
        self.stream.flush()
        self.width = len(text)

    def clear(self) -> None:
        """Take the line away."""
        if self.live and self.width:
            self.stream.write("\r" + " " * self.width + "\r")
            self.stream.flush()
            self.width = 0
