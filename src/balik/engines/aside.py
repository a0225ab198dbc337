"""A call in a thread of its own, so that who waits for it hears Ctrl-C and looks at the clock meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Aside(Generic[T]):
    """`work`, begun at once; left behind, it ends with the program at the latest."""

    def __init__(self, work: Callable[[], T]):
        self._done = threading.Event()
        self._found: list[T] = []
        self._failure: list[BaseException] = []
        self._thread = threading.Thread(target=self._run, args=(work,), daemon=True)
        self._thread.start()

    def _run(self, work: Callable[[], T]) -> None:
        try:
            self._found.append(work())
        except BaseException as error:
            self._failure.append(error)
        finally:
            self._done.set()

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return not self._done.is_set()

    def wait(self, seconds: float) -> None:
        """Until it has ended, or so many seconds have passed.

        (Not by joining the thread: interrupted, that may take a running thread for a finished one.)
        """
        self._done.wait(seconds)

    def result(self) -> T:
        """What it returned, once it has; raises what it raised."""
        self._thread.join()
        if self._failure:
            raise self._failure[0]
        return self._found[0]
