"""Questions handed out: to processes of this machine and to this process as one of them, or to a cluster."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from queue import SimpleQueue
from typing import Any

from ...errors import BalikError, CallError
from ...words import say
from .parcel import Parcel
from .worker import Pool, answer

#: So often in a row workers die without an answer in between before the study is given up.
_DEATHS = 3
#: Seconds that a study which ends waits for the answer that it is at itself.
_PATIENCE = 2.0


class Elsewhere:
    """Who answers besides the process that asks. `name` tells studies apart, `cluster` is the address of a scheduler.

    `here(method, args)` answers in this process. It is asked in a thread, as one of the workers of this machine, but
    never what a worker died of. `stop` is called when nobody waits for its answer any more.
    """

    def __init__(
        self, parcel: Parcel, name: str, cluster: str | None,
        here: Callable[[str, Sequence[Any]], Any], stop: Callable[[], None],
    ):  # fmt: skip
        self.parcel, self.name, self.cluster, self._stop = parcel, name, cluster, stop
        self._executor: Executor | None = None  # of a cluster
        self._pool: Pool | None = None
        self._client: Any = None
        self._sent: Any = None
        self._own = _Here(here)

    def answers(self, method: str, asks: Mapping[str, tuple[Any, ...]], workers: int) -> Iterator[tuple[str, Any]]:
        """Every key once with its answer, as they come, whatever becomes of the workers: what died with one is asked
        again. Raises BalikError where they die of everything."""
        waiting, done = deque(asks), SimpleQueue[Future[Any]]()
        running: dict[Future[Any], str] = {}
        fallen: list[str] = []
        lost: set[str] = set()  # what a worker died of
        mine: Future[Any] | None = None
        deaths, broken = 0, False
        while waiting or running or fallen:
            away = len(running) - (mine is not None)
            if broken and not away:  # a pool falls as a whole
                self._release()
                deaths += 1
                if deaths >= _DEATHS:
                    raise BalikError(say("Workers died {times} times while {left} solves were left, and the study was given up. They may lack memory: take fewer.",
                                         times=_DEATHS, left=len(waiting) + len(fallen) + len(running)))  # fmt: skip
                lost |= {*fallen}
                waiting.extendleft(fallen)
                fallen, broken = [], False
            if self.cluster is None and mine is None and (key := _first(waiting, lost)) is not None:
                mine = self._own.submit(method, asks[key])
                running[mine] = key
                mine.add_done_callback(done.put)
            while waiting and not broken and away < self._room(workers, len(waiting)):
                future = self._asked(method, asks[waiting[0]], workers)
                if future is None:
                    broken = True
                    break
                running[future] = waiting.popleft()
                future.add_done_callback(done.put)
                away += 1
            if not running:
                continue
            future = done.get()
            key = running.pop(future)
            try:
                found = future.result()
            except Exception as error:
                if future is mine or not _has_died(error):
                    raise
                fallen.append(key)
                broken = True
                continue
            if future is mine:
                mine = None
            else:
                deaths = 0
            yield key, found

    def _room(self, workers: int, waiting: int) -> float:
        """So many questions are with processes: one more each, as long as there is enough for all, so that none idles."""
        if self.cluster is not None:
            return float("inf")
        return (workers - 1) * (2 if waiting > 2 * workers else 1)

    def end(self) -> None:
        """Nothing more is asked."""
        self._stop()
        self._release()
        self._own.end()
        if self._client is not None:
            self._client.close()

    # -- processes and clusters --------------------------------------------------------------------------------------

    def _asked(self, method: str, args: tuple[Any, ...], workers: int) -> Future[Any] | None:
        """The answer to come; None where the processes are dying."""
        if self.cluster is not None:
            executor, parcel = self._on_cluster()
            return executor.submit(answer, parcel, self.name, method, args)
        self._pool = self._pool or Pool(workers - 1, self.parcel)
        try:
            return self._pool.submit(answer, None, self.name, method, args)
        except BrokenExecutor:
            return None

    def _on_cluster(self) -> tuple[Executor, Any]:
        """The executor of a Dask cluster, and the parcel as it travels there once."""
        if self._client is None:
            try:
                from distributed import Client
            except ImportError:
                raise CallError(say("A cluster needs the package distributed: pip install 'balik[cluster]'.")) from None
            try:
                self._client = Client(self.cluster, timeout=10, set_as_default=False)
            except (OSError, ValueError, TimeoutError) as error:
                raise CallError(say("No cluster answers at {address}: {why}", address=self.cluster, why=str(error))) from None  # fmt: skip
            self._sent = self._client.submit(_itself, self.parcel.packed(), key=f"balik-{self.name}")
        if self._executor is None:
            self._executor = self._client.get_executor(pure=False)
        return self._executor, self._sent

    def _release(self) -> None:
        """End processes as they are: what they have answered is here, and what else they do is wanted by nobody."""
        if self._pool is not None:
            self._pool.end()
        if self._executor is not None:
            self._executor.shutdown(wait=False)
        self._pool = self._executor = None


class _Here:
    """This process as a worker: a thread that answers one question after the other; it does not keep a program alive."""

    def __init__(self, ask: Callable[[str, Sequence[Any]], Any]):
        self._ask = ask
        self._thread: threading.Thread | None = None
        self._asked: SimpleQueue[tuple[Future[Any], str, Sequence[Any]] | None] = SimpleQueue()

    def submit(self, method: str, args: Sequence[Any]) -> Future[Any]:
        """The answer to come."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, daemon=True)
            self._thread.start()
        future: Future[Any] = Future()
        self._asked.put((future, method, args))
        return future

    def end(self) -> None:
        """Ends with the answer that it is at, which was stopped; what takes longer is not waited for."""
        if self._thread is not None:
            self._asked.put(None)
            self._thread.join(_PATIENCE)
            self._thread = None

    def _work(self) -> None:
        while (asked := self._asked.get()) is not None:
            future, method, args = asked
            try:
                future.set_result(self._ask(method, args))
            except BaseException as error:
                future.set_exception(error)


def _first(waiting: deque[str], lost: set[str]) -> str | None:
    """The first key that no worker died of, taken out."""
    key = next((key for key in waiting if key not in lost), None)
    if key is not None:
        waiting.remove(key)
    return key


def _itself(parcel: Parcel) -> Parcel:
    return parcel


def _has_died(error: BaseException) -> bool:
    """Whether it says that a worker died, and not that a solve failed."""
    return isinstance(error, BrokenExecutor) or type(error).__name__ == "KilledWorker"
