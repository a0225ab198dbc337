"""Many solves of one case: in this process, in others on this machine, or on a cluster; kept as they come."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any

from ...api import Case
from ...engines import Progress
from ...errors import BalikError, CallError, InputError
from ...words import Sentence, say
from .coded import light
from .elsewhere import Elsewhere
from .parcel import Parcel, cores, sealed
from .store import Store
from .worker import Refused, ask, with_one_thread

#: Seconds of work from which processes of their own pay, where nobody says how many: each takes half a second to start.
_PAYS = 4.0


class Stopped(BalikError):
    """The user ended a study; what was solved is kept where that was asked for."""

    exit_code = 4


@dataclass(frozen=True)
class Jobs:
    """How the solves of a study are run.

    `workers`: processes on this machine (None: as many as pay). `cluster`: the address of a Dask scheduler instead.
    `resume`: a folder in which answers are kept, and from which a study goes on. `progress` is told what is left.
    """

    workers: int | None = None
    cluster: str | None = None
    resume: str | os.PathLike[str] | None = None
    progress: Callable[[Progress], None] | None = None

    @classmethod
    def taken(cls, options: dict[str, Any]) -> Jobs:
        """From the options of a call, which loses them."""
        jobs = cls(*(options.pop(name, None) for name in ("workers", "cluster", "resume", "progress")))
        if jobs.workers is not None and jobs.workers < 1:
            raise CallError(say("workers must be 1 or more, not {workers}.", workers=jobs.workers))
        if jobs.workers is not None and jobs.cluster is not None:
            raise CallError(say("A cluster has workers of its own: give --workers or --cluster."))
        return jobs


class Many:
    """Asks `make(case, *args)` for many answers, each once: `with Many(…) as many: many.map("plan", [(None, sets), …])`.

    `kind` and `args` say what the answers are, beside the case. Answers are given without the tables of plans.
    """

    def __init__(
        self, kind: str, make: Callable[..., Any], case: Case, args: tuple[Any, ...], jobs: Jobs,
        settings: Mapping[str, Any] | None = None,
    ):  # fmt: skip
        self.parcel, self.jobs = Parcel(make, case, args), jobs
        self.seen: dict[str, Any] = {}
        self.solved = 0
        self.stopped = False
        self._made: Any = None
        self._waiting = False  # for others, not for a solve of this thread
        name = f"{os.getpid()}-{id(self)}-{time.time_ns()}"
        self._elsewhere = Elsewhere(self.parcel, name, jobs.cluster, self._beside, self._ended)
        self._store: Store | None = None
        if jobs.resume is not None:
            self._store = Store(Path(jobs.resume), sealed(kind, case, settings, args))
            self.seen.update(self._store.answers)

    def __enter__(self) -> Many:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._elsewhere.end()
        if self._store is not None:
            self._store.close()

    # -- asking ------------------------------------------------------------------------------------------------------

    def one(self, method: str, *args: Any) -> Any:
        """One answer; raises InputError where there is none."""
        return self.map(method, [args])[0]

    def map(self, method: str, asks: Sequence[tuple[Any, ...]]) -> list[Any]:
        """The answers in the order asked; raises InputError of the first that has none."""
        self.ahead(method, asks)
        found = [self.seen[_key(method, args)] for args in asks]
        for one in found:
            if isinstance(one, Refused):
                raise InputError(one.problems)
        return found

    def here(self, made: Any, *more: Any) -> None:
        """What answers in this process, where it is made already; elsewhere it is made with these arguments, too."""
        self.parcel = replace(self.parcel, args=(*self.parcel.args, *more))
        self._elsewhere.parcel = self.parcel
        self._made, made.stop = made, self.ends

    def ends(self) -> bool:
        """Whether the study ends, and the solve with it (see Options.stop)."""
        return self.stopped

    def known(self, what: Sequence[Any], found: Callable[[], Any]) -> Any:
        """An answer that is found in this process, and kept with the others; `what` it is of."""
        key = _key("known", tuple(what))
        if key not in self.seen:
            with self._listening():
                try:
                    answer = found()
                    if self.stopped:  # it was cut short
                        raise KeyboardInterrupt
                except KeyboardInterrupt:
                    self.stopped = True
                    raise Stopped(self._farewell(_Count(1, None))) from None
            self._keep(key, light(answer), _Count(1, None))
        return self.seen[key]

    def ahead(self, method: str, asks: Sequence[tuple[Any, ...]]) -> None:
        """Have answers at hand that will be asked for; what was answered before is not asked again."""
        left = {key: args for args in asks if (key := _key(method, args)) not in self.seen}
        if not left:
            return
        count = _Count(len(left), self.jobs.progress)
        try:
            with self._listening():
                workers = self._workers(method, left, count)
                if workers > 1 or self.jobs.cluster is not None:
                    self._waiting = True
                    for key, found in self._elsewhere.answers(method, left, workers):
                        self._keep(key, found, count)
                else:
                    self._here(method, left, count)
        except KeyboardInterrupt:
            self.stopped = True
            raise Stopped(self._farewell(count)) from None
        finally:
            self._waiting = False

    def _keep(self, key: str, found: Any, count: _Count) -> None:
        self.seen[key] = found
        self.solved += 1
        if self._store is not None and not isinstance(found, Refused):
            self._store.add(key, found)
        count.done()

    def _farewell(self, count: _Count) -> Sentence:
        told = {"done": len(self.seen), "left": count.left}
        if self._store is None:
            return say("Stopped: {done} solves were done, {left} of this step were left, and none is kept. With --resume DIR they are kept as they come.", **told)  # fmt: skip
        return say("Stopped: {done} solves are kept in {folder}, {left} of this step are left. The same command goes on from there.",
                   folder=self._store.folder, **told)  # fmt: skip

    # -- in this process ---------------------------------------------------------------------------------------------

    def _workers(self, method: str, left: dict[str, tuple[Any, ...]], count: _Count) -> int:
        """So many processes; where nobody says, the first answer is sought here to see what the others will take."""
        if self.jobs.cluster is not None or len(left) < 2:
            return 1
        if self.jobs.workers is not None:
            return self.jobs.workers
        if cores() < 2 or len(left) < 4:
            return 1
        start, key = time.perf_counter(), next(iter(left))
        self._here(method, {key: left.pop(key)}, count)
        return cores() if (time.perf_counter() - start) * len(left) > _PAYS else 1

    def _here(self, method: str, left: dict[str, tuple[Any, ...]], count: _Count) -> None:
        for key, args in left.items():
            found = ask(self._maker(), method, args)
            if self.stopped:  # it was cut short
                raise KeyboardInterrupt
            self._keep(key, found, count)

    def _beside(self, method: str, args: Sequence[Any]) -> Any:
        """An answer of this process while others answer, too."""
        made = self._maker()
        with_one_thread(made)
        return ask(made, method, args)

    def _maker(self) -> Any:
        """What answers in this process."""
        if self._made is None:
            self._made = self.parcel.made()
            self._made.stop = self.ends
        return self._made

    def _ended(self) -> None:
        """Nobody waits for answers of this process any more."""
        self.stopped = True

    @contextmanager
    def _listening(self) -> Iterator[None]:
        """Ctrl-C ends the study and not only the solve that it meets; a second one ends at once."""

        def stop(*_: Any) -> None:
            if self.stopped or self._waiting:
                raise KeyboardInterrupt
            self.stopped = True

        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = signal.signal(signal.SIGINT, stop)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)


def _key(method: str, args: tuple[Any, ...]) -> str:
    """What is asked, as a hash: as long as it is, and the same in every process."""
    text = json.dumps([method, *args], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


class _Count:
    """How many of a step are done, and the time that the others will take."""

    def __init__(self, total: int, told: Callable[[Progress], None] | None):
        self.total, self.left, self.told, self.start = total, total, told, time.perf_counter()

    def done(self) -> None:
        """One more."""
        self.left -= 1
        if self.told is None:
            return
        seconds = time.perf_counter() - self.start
        rest = seconds / (self.total - self.left) * self.left
        much = say("{seconds:.0f} s", seconds=rest) if rest < 90 else say("{minutes:.0f} min", minutes=rest / 60)
        doing = say("{done:,} of {all:,} solved · about {time} left · Ctrl-C ends the study",
                    done=self.total - self.left, all=self.total, time=much)  # fmt: skip
        self.told(Progress(seconds, None, None, None, 0, doing))
