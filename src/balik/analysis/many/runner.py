"""Many solves of one case: in this process, in others on this machine, or on a cluster; kept as they come."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from ...api import Case
from ...engines import Progress
from ...errors import BalikError, CallError, InputError
from ...words import Sentence, say
from .coded import light
from .parcel import Parcel, cores, sealed
from .store import Store
from .worker import Refused, answer, ask, pool

#: Seconds of work from which processes of their own pay, where nobody says how many: each takes half a second to start.
_PAYS = 4.0
#: So often in a row workers die without an answer in between before the study is given up.
_DEATHS = 3


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

    @classmethod
    def refused(cls, options: dict[str, Any]) -> None:
        """The same, where every solve hangs on the one before, and none is asked for twice."""
        jobs = cls.taken(options)
        if jobs.workers is not None or jobs.cluster is not None or jobs.resume is not None:
            raise CallError(say("Here each solve hangs on the one before: --workers, --cluster and --resume do not go with it."))  # fmt: skip


class Many:
    """Asks `make(case, *args)` for many answers, each once: `with Many(…) as many: many.map("plan", [(None, sets), …])`.

    `kind` and `args` say what the answers are, beside the case. Answers are given without the tables of plans.
    """

    def __init__(
        self, kind: str, make: Callable[..., Any], case: Case, args: tuple[Any, ...], jobs: Jobs,
        settings: Mapping[str, Any] | None = None,
    ):  # fmt: skip
        self.parcel, self.jobs = Parcel(make, case, args), jobs
        self.name = f"{os.getpid()}-{id(self)}-{time.time_ns()}"
        self.seen: dict[str, Any] = {}
        self.solved = 0
        self.stopped = False
        self._made: Any = None
        self._executor: Executor | None = None
        self._client: Any = None
        self._mine: set[Any] = set()
        self._store: Store | None = None
        if jobs.resume is not None:
            self._store = Store(Path(jobs.resume), sealed(kind, case, settings, args))
            self.seen.update(self._store.answers)

    def __enter__(self) -> Many:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end(kill=error is not None)
        if self._client is not None:
            self._client.close()
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

    def ends(self) -> bool:
        """Whether the study ends, and the solve with it (see Options.stop)."""
        return self.stopped

    def known(self, what: Sequence[Any], found: Callable[[], Any]) -> Any:
        """An answer that is found in this process, and kept with the others; `what` it is of."""
        key = _key("known", tuple(what))
        if key not in self.seen:
            with self._listening():
                answer = found()
                if self.stopped:
                    raise Stopped(self._farewell(_Count(1, None)))
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
                    self._elsewhere(method, left, workers, count)
                else:
                    self._here(method, left, count)
        except KeyboardInterrupt:
            raise Stopped(self._farewell(count)) from None

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
        if self._made is None:
            self._made = self.parcel.made()
            self._made.stop = self.ends
        for key, args in left.items():
            found = ask(self._made, method, args)
            if self.stopped:  # it was cut short
                raise KeyboardInterrupt
            self._keep(key, found, count)

    @contextmanager
    def _listening(self) -> Iterator[None]:
        """Ctrl-C ends the study and not only the solve that it meets; a second one ends at once."""

        def stop(*_: Any) -> None:
            if self.stopped or self._executor is not None:
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

    # -- elsewhere ---------------------------------------------------------------------------------------------------

    def _elsewhere(self, method: str, left: dict[str, tuple[Any, ...]], workers: int, count: _Count) -> None:
        """Every answer once, whatever becomes of the workers: what died with one is asked again."""
        deaths = 0
        while left and deaths < _DEATHS:
            before, futures = len(left), self._asked(method, left, workers)
            for future in as_completed(futures):
                try:
                    found = future.result()
                except Exception as error:
                    if not _has_died(error):
                        raise
                    continue
                self._keep(futures[future], found, count)
                del left[futures[future]]
            if left:
                self._end(kill=True)
                deaths = deaths + 1 if len(left) == before else 1
        if not left:
            return
        raise BalikError(say("Workers died {times} times while {left} solves were left, and the study was given up. They may lack memory: take fewer.",
                             times=_DEATHS, left=len(left)))  # fmt: skip

    def _asked(self, method: str, left: dict[str, tuple[Any, ...]], workers: int) -> dict[Future[Any], str]:
        if self.jobs.cluster is not None:
            executor, parcel = self._on_cluster()
            return {executor.submit(answer, parcel, self.name, method, args): key for key, args in left.items()}
        if self._executor is None:
            before = set(multiprocessing.active_children())
            self._executor = pool(workers, self.parcel)
        else:
            before = set(multiprocessing.active_children()) - self._mine
        futures: dict[Future[Any], str] = {}
        try:
            for key, args in left.items():
                futures[self._executor.submit(answer, None, self.name, method, args)] = key
        except BrokenExecutor:
            pass  # what was asked says so too
        self._mine = set(multiprocessing.active_children()) - before
        return futures

    def _on_cluster(self) -> tuple[Executor, Any]:
        """The executor of a Dask cluster, and the parcel as it travels there once."""
        if self._client is None:
            try:
                from distributed import Client
            except ImportError:
                raise CallError(say("A cluster needs the package distributed: pip install 'balik[cluster]'.")) from None
            try:
                self._client = Client(self.jobs.cluster, timeout=10, set_as_default=False)
            except (OSError, ValueError, TimeoutError) as error:
                raise CallError(say("No cluster answers at {address}: {why}", address=self.jobs.cluster, why=str(error))) from None  # fmt: skip
            self._sent = self._client.submit(_itself, self.parcel.packed(), key=f"balik-{self.name}")
        if self._executor is None:
            self._executor = self._client.get_executor(pure=False)
        return self._executor, self._sent

    def _end(self, kill: bool) -> None:
        if self._executor is None:
            return
        if self._client is None:
            self._executor.shutdown(wait=not kill, cancel_futures=True)
        else:
            self._executor.shutdown(wait=False)
        for process in self._mine if kill else ():
            process.terminate()
        self._executor, self._mine = None, set()


def _itself(parcel: Parcel) -> Parcel:
    return parcel


def _has_died(error: BaseException) -> bool:
    """Whether it says that a worker died, and not that a solve failed."""
    return isinstance(error, BrokenExecutor) or type(error).__name__ == "KilledWorker"


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
