"""Chromium without a window, where one is installed: pages to PDF, and pictures to PNG."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from ..errors import CallError
from ..words import Sentence, say

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge", "microsoft-edge")
_MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
_SECONDS = 120
#: Milliseconds after which a page is printed without the tiles that have not come.
_WAIT = 20_000


def browser() -> str | None:
    """The program, None where there is none; BALIK_BROWSER names another."""
    asked = os.environ.get("BALIK_BROWSER")
    if asked:
        return shutil.which(asked)
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    return found or next((path for path in _MAC if Path(path).is_file()), None)


def printed(page: str) -> bytes:
    """A page as PDF. Raises CallError without a browser."""
    return _made(page, "page.html", "out.pdf", ["--no-pdf-header-footer", f"--timeout={_WAIT}", "--print-to-pdf={out}"])


def pictured(svg: str, width: float, height: float, scale: float) -> bytes:
    """An SVG as PNG. Raises CallError without a browser."""
    page = f'<!doctype html><meta charset="utf-8"><style>*{{margin:0}}svg{{display:block}}</style>{svg}'
    size = f"--window-size={int(width + 0.999)},{int(height + 0.999)}"
    shot = ["--screenshot={out}", size, f"--force-device-scale-factor={scale:g}", "--hide-scrollbars"]
    return _made(page, "page.html", "out.png", shot)


def no_browser() -> Sentence:
    """What to install."""
    return say("There is no Chromium here: install chromium, Chrome or Edge, or name the program in BALIK_BROWSER.")


def _made(page: str, name: str, out: str, options: list[str]) -> bytes:
    program = browser()
    if program is None:
        raise CallError(no_browser())
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / name, Path(folder) / out
        source.write_text(page, encoding="utf-8")
        words = [program, "--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
        words += [f"--user-data-dir={folder}/profile", *(o.format(out=target) for o in options)]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            words.append("--no-sandbox")  # Chromium refuses to run as root with it
        try:
            subprocess.run([*words, source.as_uri()], capture_output=True, timeout=_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise CallError(say("{program} took more than {seconds} s.", program=program, seconds=_SECONDS)) from None
        if not target.is_file():
            raise CallError(say("{program} wrote nothing.", program=program))
        return target.read_bytes()
