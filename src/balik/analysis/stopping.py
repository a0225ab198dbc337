"""Ctrl-C for studies that tell nothing before their end."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class _Ended(BaseException):
    """Ctrl-C that no search takes for its own end, as it would keep the best it has and the study go on."""


@contextmanager
def as_a_whole() -> Iterator[None]:
    """Ctrl-C ends all that is done within, and not only the search that it meets; raises KeyboardInterrupt."""
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield
        return

    def end(*_: Any) -> None:
        raise _Ended

    signal.signal(signal.SIGINT, end)
    try:
        yield
    except _Ended:
        raise KeyboardInterrupt from None
    finally:
        signal.signal(signal.SIGINT, before)
