"""A bounded pool of worker processes: each builds its own pipeline once, stays warm, and is replaced when it dies.

Plain data cross the border, in both directions. The worker that was busy last is asked first, so that what it
remembers of a note is used while a person types.
"""

from __future__ import annotations

import heapq
import multiprocessing
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import count
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any

from notecheck.errors import NotecheckError
from notecheck.web.problems import Problem, described, fault, of_error, of_fault

Handle = Callable[[str, Any], Any]
Build = Callable[[Any], Handle]
NOW, LATER = 0, 1
_START_SECONDS = 300.0
_MOST_STARTS = 3


@dataclass(order=True)
class _Job:
    urgency: int
    number: int
    name: str = field(compare=False)
    data: Any = field(compare=False)
    future: Future[Any] = field(compare=False)


class Pool:
    """``build`` is called in each worker with ``argument`` and gives the function that does its jobs.

    ``size`` workers; at most ``waiting`` jobs wait; a job gets ``seconds``, then its worker is replaced.
    """

    def __init__(self, build: Build, argument: Any, *, size: int, waiting: int, seconds: float) -> None:
        self._build = build
        self._argument = argument
        self._size = size
        self._waiting = waiting
        self._seconds = seconds
        self._context: SpawnContext = multiprocessing.get_context("spawn")
        self._lock = threading.Condition()
        self._jobs: list[_Job] = []
        self._numbers = count()
        self._workers: list[_Worker] = []
        self._idle: list[_Worker] = []
        self._closed = False
        self.restarts = 0

    def start(self) -> None:
        """Start the workers; they get ready on their own."""
        with self._lock:
            self._workers = [_Worker(self, number) for number in range(self._size)]
        for worker in self._workers:
            worker.thread.start()

    def close(self) -> None:
        """Stop the workers; jobs that wait are refused."""
        with self._lock:
            self._closed = True
            left, self._jobs = self._jobs, []
            self._lock.notify_all()
        for job in left:
            if job.future.set_running_or_notify_cancel():
                job.future.set_exception(_closing())
        for worker in self._workers:
            worker.stop()
        for worker in self._workers:
            if worker.thread is not threading.current_thread():
                worker.thread.join(timeout=5)

    def _given_up(self) -> None:
        """Refuse everything once no worker is left: nobody would answer."""
        if not self._closed and all(worker.gave_up for worker in self._workers):
            self.close()

    @property
    def ready(self) -> int:
        """How many workers have built their pipeline."""
        return sum(worker.ready.is_set() for worker in self._workers)

    @property
    def size(self) -> int:
        """How many workers there are."""
        return self._size

    @property
    def busy(self) -> int:
        """How many jobs wait."""
        return len(self._jobs)

    def pids(self) -> tuple[int, ...]:
        """The process ids of the workers that live."""
        found = (worker.process.pid for worker in self._workers if worker.process is not None)
        return tuple(pid for pid in found if pid is not None)

    def wait_ready(self, seconds: float) -> bool:
        """True when at least one worker is ready within the time."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.ready:
                return True
            time.sleep(0.05)
        return False

    def submit(self, name: str, data: Any, urgency: int = NOW) -> Future[Any]:
        """A job for the next worker. Raises Problem 503 when too many wait."""
        future: Future[Any] = Future()
        with self._lock:
            if self._closed:
                raise _closing()
            if urgency == NOW and len(self._jobs) >= self._waiting:
                raise Problem(
                    503, "NC-W07", "Too many requests wait for an answer.", "Try again in a moment."
                ).with_header("Retry-After", "2")
            heapq.heappush(self._jobs, _Job(urgency, next(self._numbers), name, data, future))
            self._lock.notify_all()
        return future

    def _next(self, worker: _Worker) -> _Job | None:
        """The next job for a worker, or None at the end. Of several idle workers the one that worked last goes."""
        with self._lock:
            self._idle.append(worker)
            while not self._closed:
                if self._jobs and self._idle[-1] is worker:
                    self._idle.pop()
                    job = heapq.heappop(self._jobs)
                    self._lock.notify_all()
                    if job.future.set_running_or_notify_cancel():
                        return job
                    self._idle.append(worker)
                    continue
                self._lock.wait()
            return None


class _Worker:
    """One process and the thread that talks with it."""

    def __init__(self, pool: Pool, number: int) -> None:
        self.pool = pool
        self.process: SpawnProcess | None = None
        self.ready = threading.Event()
        self.thread = threading.Thread(target=self._run, name=f"notecheck-worker-{number}", daemon=True)
        self._pipe: Connection | None = None
        self._failed = 0
        self.gave_up = False

    def stop(self) -> None:
        """End the process."""
        self.ready.clear()
        process, pipe = self.process, self._pipe
        if process is not None and process.is_alive():
            process.terminate()
            process.join(timeout=2)
            if process.is_alive():
                process.kill()
        if pipe is not None:
            pipe.close()

    def _run(self) -> None:
        while not self.pool._closed and self._failed < _MOST_STARTS:
            if not self._start():
                continue
            job = self.pool._next(self)
            while job is not None and self._do(job):
                job = self.pool._next(self)
        self.ready.clear()
        self.gave_up = True
        self.pool._given_up()

    def _start(self) -> bool:
        """Bring a process up; False when it did not get ready."""
        if self.process is not None:
            self.stop()
            self.pool.restarts += 1
        if self.pool._closed:
            return False
        ours, theirs = self.pool._context.Pipe()
        self.process = self.pool._context.Process(
            target=_serve, args=(theirs, self.pool._build, self.pool._argument), daemon=True
        )
        self._pipe = ours
        self.process.start()
        theirs.close()
        try:
            if ours.poll(_START_SECONDS) and ours.recv() == "ready":
                self._failed = 0
                self.ready.set()
                return True
        except (EOFError, OSError):
            pass
        self._failed += 1
        return False

    def _do(self, job: _Job) -> bool:
        """One job; False when the process has to be replaced."""
        pipe = self._pipe
        assert pipe is not None
        try:
            pipe.send((job.name, job.data))
            if not pipe.poll(self.pool._seconds):
                self.ready.clear()
                job.future.set_exception(
                    Problem(
                        504,
                        "NC-W08",
                        f"The answer took longer than {self.pool._seconds:g} seconds and was given up.",
                        "Send a shorter document.",
                    )
                )
                return False
            kind, value = pipe.recv()
        except (EOFError, OSError):
            self.ready.clear()
            job.future.set_exception(of_fault("a worker process ended"))
            return False
        if kind == "ok":
            job.future.set_result(value)
        elif kind == "refused":
            job.future.set_exception(of_error(value))
        else:
            job.future.set_exception(of_fault(value))
        return True


def _closing() -> Problem:
    return Problem(503, "NC-W09", "The server is stopping.", "Start it again.")


def _serve(pipe: Connection, build: Build, argument: Any) -> None:
    """The life of a worker process."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    handle = build(argument)
    pipe.send("ready")
    while True:
        try:
            name, data = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            answer: tuple[str, Any] = ("ok", handle(name, data))
        except NotecheckError as error:
            answer = ("refused", described(error))
        except Exception as error:
            answer = ("fault", fault(error))
        pipe.send(answer)
