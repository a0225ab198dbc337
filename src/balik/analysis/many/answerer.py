"""What answers questions in a worker, with the threads and the stop that whoever hands them out sets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol

from ...engines import Options


class Solving(Protocol):
    """What solves."""

    options: Options


class Answerer:
    """Answers with one bench; `options` are those of the call, of which only the threads change."""

    def __init__(self, bench: Solving, options: dict[str, Any]):
        self._bench, self._options = bench, dict(options)

    @property
    def options(self) -> dict[str, Any]:
        """Those of the call."""
        return self._options

    @options.setter
    def options(self, options: dict[str, Any]) -> None:
        """Others, of which only the threads count."""
        self._options = options
        self._bench.options = replace(self._bench.options, threads=options.get("threads"))

    @property
    def stop(self) -> Callable[[], bool] | None:
        """Ends a solve."""
        return self._bench.options.stop

    @stop.setter
    def stop(self, stop: Callable[[], bool] | None) -> None:
        """From now on."""
        self._bench.options = replace(self._bench.options, stop=stop)
