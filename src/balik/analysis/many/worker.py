"""In a worker: what answers is made once for each thread, and asked again and again."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import types
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.context import SpawnContext, SpawnProcess
from pathlib import Path
from typing import Any

from ...errors import InputError, Problem
from .coded import light
from .parcel import Parcel

_here = threading.local()
#: What the process of a pool was given when it began.
_given: list[Parcel] = []


@dataclass(frozen=True)
class Refused:
    """An answer that there is none: the changes make a case that cannot be."""

    problems: list[Problem]


def ask(made: Any, method: str, args: Sequence[Any]) -> Any:
    """The answer of a method, or why it refuses."""
    try:
        return light(getattr(made, method)(*args))
    except InputError as error:
        return Refused(error.problems)


def answer(parcel: Parcel | None, name: str, method: str, args: Sequence[Any]) -> Any:
    """The answer in this worker. `parcel` as it was given at the start where None; `name` tells studies apart."""
    if getattr(_here, "name", None) != name:
        made = (parcel or _given[-1]).made()
        with_one_thread(made)
        _here.made, _here.name = made, name
    return ask(_here.made, method, args)


def with_one_thread(made: Any) -> None:
    """Let its solver have one thread, where the call does not say how many: the others have threads, too."""
    if (options := getattr(made, "options", None)) is not None and options.get("threads") is None:
        made.options = {**options, "threads": 1}


class Pool(ProcessPoolExecutor):
    """Processes of this machine that hold the parcel."""

    def __init__(self, workers: int, parcel: Parcel):
        super().__init__(workers, _Context(), _begin, (parcel,))

    def submit(self, fn: Callable[..., Any], /, *args: Any, **named: Any) -> Future[Any]:
        """The answer to come; Ctrl-C is heard when the process that this may start is known, and can be ended."""
        with _later():
            return super().submit(fn, *args, **named)

    def end(self) -> None:
        """End every process as it is, whatever it is at, and wait until the pool is gone."""
        for process in list((getattr(self, "_processes", None) or {}).values()):
            process.kill()
        # One that was killed while it wrote an answer leaves half of it in the pipe, and who reads there would wait for
        # the rest as long as anybody may write it: this process may, too.
        if (answers := getattr(self, "_result_queue", None)) is not None:
            answers._writer.close()
        self.shutdown(cancel_futures=True)


def _begin(parcel: Parcel) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever waits for the answers
    with suppress(OSError):  # where memory runs out, Linux is to end this process before that one
        Path("/proc/self/oom_score_adj").write_text("500", encoding="ascii")
    threading.Thread(target=_follow, daemon=True).start()
    _given.append(parcel)


def _follow() -> None:
    """End with the process that waits for the answers: where that was killed, nobody tells this one to."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


class _Process(SpawnProcess):
    """A process that does not import the script it was started from: nothing of it is needed, and it might start more."""

    @staticmethod
    def _Popen(process: Any) -> Any:
        with _without_main(), _deaf():
            return SpawnProcess._Popen(process)


class _Context(SpawnContext):
    Process = _Process


@contextmanager
def _later() -> Iterator[None]:
    """Ctrl-C within is heard at the end; whichever thread the system tells, Python tells the main one."""
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGINT) is None:
        yield
        return
    heard: list[tuple[Any, ...]] = []
    before = signal.signal(signal.SIGINT, lambda *what: heard.append(what))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if heard and callable(before):
            before(*heard[0])


@contextmanager
def _deaf() -> Iterator[None]:
    """What is started within hears no Ctrl-C before it can say that it wants none: the terminal tells every process."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # where it has to be started, it lets Ctrl-C through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _without_main() -> Iterator[None]:
    main = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
