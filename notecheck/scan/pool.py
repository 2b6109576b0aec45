"""The worker processes of a scan: started, fed, watched, replaced.

Each has its own pipe, so that one that is killed takes nothing with it but the note at hand. That note is tried once
more; a note that kills two workers, or takes longer than the limit, is answered with its trouble.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from notecheck.errors import NotecheckError
from notecheck.scan import worker
from notecheck.scan.judging import DIED, too_slow
from notecheck.scan.work import Answer, Task, Trouble

_AHEAD = 2  # one note at work, one waiting: a worker never idles while the parent reads or writes
_TICK = 0.25  # seconds between two looks at the clock
_EARLY = 100  # notes before a worker is replaced, its successor is started: loading then holds up nothing
_TRIES = 2
_FALSE_STARTS = 3
_LONGEST_START = 300.0


@dataclass(slots=True)
class _Job:
    task: Task
    tries: int = 0


@dataclass(slots=True, eq=False)
class _Worker:
    process: BaseProcess
    pipe: Connection
    jobs: deque[_Job] = field(default_factory=deque)
    ready: bool = False
    since: float = 0.0  # when the first of its jobs began, or when it was started
    done: int = 0
    after: _Worker | None = None  # the worker whose place it takes


def usual_workers() -> int:
    """As many as there are processors that this process may use."""
    try:
        return max(1, len(os.sched_getaffinity(0)))
    except AttributeError:
        return max(1, os.cpu_count() or 1)


class Pool:
    """Up to ``workers`` processes with one pipeline each. They start when there is work and end with ``close``.

    ``seconds`` is the longest that one note may take, ``notes_each`` after how many notes a worker is replaced by a
    fresh one, since the language library keeps every word it ever saw; the fresh one is started a while before, and
    waits. ``work`` is what a process runs.
    """

    def __init__(
        self,
        workers: int = 0,
        *,
        own: Sequence[Path] = (),
        payers: Sequence[Path] = (),
        seconds: float = 60.0,
        notes_each: int = 2000,
        work: Callable[[Connection, Sequence[Path], Sequence[Path]], None] = worker.main,
    ) -> None:
        self._most = workers or usual_workers()
        self._with = (tuple(own), tuple(payers))
        self._seconds = seconds
        self._notes_each = notes_each
        self._work = work
        self._workers: list[_Worker] = []
        self._false_starts = 0

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pids(self) -> tuple[int, ...]:
        """The process ids of the workers that run now."""
        return tuple(w.process.pid for w in self._workers if w.process.pid is not None)

    def close(self) -> None:
        """End every worker at once; what they have at hand is left undone."""
        for one in self._workers:
            self._end(one)
        self._workers.clear()

    def run(self, tasks: Iterator[Task], stopped: Callable[[], bool] | None = None) -> Iterator[tuple[Task, Answer]]:
        """The answer to every task, in the order in which they are done. ``tasks`` is read only as work is free.

        Ends early when ``stopped`` says so. Raises what keeps a worker from starting: DataError or InputError.
        """
        again: deque[_Job] = deque()
        more = True
        while True:
            if stopped is not None and stopped():
                return
            more = self._feed(tasks, again, more)
            busy = [one for one in self._workers if one.jobs]
            if not busy and not more and not again:
                return
            yield from self._collect(again)

    def _feed(self, tasks: Iterator[Task], again: deque[_Job], more: bool) -> bool:
        """Give work to every worker that can take some; False when the tasks are at their end."""
        for depth in range(1, _AHEAD + 1):
            while True:
                free = next((w for w in self._workers if len(w.jobs) < depth and self._usable(w)), None)
                if free is None and (depth > 1 or self._in_place() >= self._most):
                    break
                job = again.popleft() if again else None
                if job is None:
                    task = next(tasks, None) if more else None
                    if task is None:
                        return False
                    job = _Job(task)
                if free is None:
                    free = self._start()
                self._give(free, job)
        return more

    def _usable(self, one: _Worker) -> bool:
        return self._fresh(one) and (one.after is None or not self._fresh(one.after))

    def _in_place(self) -> int:
        """Workers without those that wait for the place of another one."""
        return sum(1 for one in self._workers if one.after is None)

    def _fresh(self, one: _Worker) -> bool:
        return one.done + len(one.jobs) < self._notes_each

    def _give(self, one: _Worker, job: _Job) -> None:
        if not one.jobs and one.ready:
            one.since = time.monotonic()
        one.jobs.append(job)
        ageing = one.done + len(one.jobs) > self._notes_each - min(_EARLY, self._notes_each // 4)
        if ageing and not any(other.after is one for other in self._workers):
            self._start().after = one
        with contextlib.suppress(OSError):  # a dead one says so by its pipe in a moment; the job goes to another
            one.pipe.send(job.task)

    def _collect(self, again: deque[_Job]) -> Iterator[tuple[Task, Answer]]:
        """What comes in within a moment; dead and slow workers are cleared away."""
        pipes = {one.pipe: one for one in self._workers}
        for pipe in wait(list(pipes), timeout=_TICK):
            one = pipes[pipe]  # type: ignore[index]
            try:
                said = one.pipe.recv()
            except (EOFError, OSError):
                yield from self._buried(one, again)
                continue
            if isinstance(said, NotecheckError):
                raise said
            if said == worker.READY:
                one.ready, one.since, self._false_starts = True, time.monotonic(), 0
                continue
            job = one.jobs.popleft()
            one.since = time.monotonic()
            one.done += 1
            if not one.jobs and not self._fresh(one):
                self._drop(one)
            yield job.task, said
        now = time.monotonic()
        for one in list(self._workers):
            if one.ready and one.jobs and now - one.since > self._seconds:
                yield self._too_slow(one, again)
            elif not one.ready and now - one.since > _LONGEST_START:
                yield from self._buried(one, again)

    def _buried(self, one: _Worker, again: deque[_Job]) -> list[tuple[Task, Answer]]:
        """A worker that died: its note is tried once more, the notes behind it were not begun."""
        given_up: list[tuple[Task, Answer]] = []
        one.process.join(1)  # its end may come a moment after that of its pipe
        if one.ready and one.jobs:
            first = one.jobs.popleft()
            first.tries += 1
            if first.tries < _TRIES:
                again.appendleft(first)
            else:
                how = one.process.exitcode
                given_up.append((first.task, Answer(trouble=_died(how))))
        elif not one.ready:
            self._false_starts += 1
        again.extend(one.jobs)
        one.jobs.clear()
        self._drop(one)
        if self._false_starts >= _FALSE_STARTS:
            raise NotecheckError(
                "NC-S12", f"a worker process ended {_FALSE_STARTS} times before it was ready", where="scan",
                next_step="Check that there is memory for the workers, or take fewer: --workers 1.",
            )  # fmt: skip
        return given_up

    def _too_slow(self, one: _Worker, again: deque[_Job]) -> tuple[Task, Answer]:
        first = one.jobs.popleft()
        again.extend(one.jobs)
        one.jobs.clear()
        self._drop(one)
        return first.task, Answer(trouble=too_slow(self._seconds), spent=self._seconds)

    def _start(self) -> _Worker:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=self._work, args=(theirs, *self._with), daemon=True, name="notecheck-worker")
        with _DeafToInterrupts():
            process.start()
        theirs.close()
        one = _Worker(process, ours, since=time.monotonic())
        self._workers.append(one)
        return one

    def _drop(self, one: _Worker) -> None:
        if one in self._workers:
            self._workers.remove(one)
        for other in self._workers:
            if other.after is one:
                other.after = None
        self._end(one)

    def _end(self, one: _Worker) -> None:
        one.process.kill()
        one.process.join(5)
        one.pipe.close()


def _died(how: int | None) -> Trouble:
    by = ""
    if how is not None and how < 0:
        try:
            by = f", by {signal.Signals(-how).name}"
        except ValueError:
            by = f", by signal {-how}"
    return Trouble(
        DIED,
        f"the worker process died on it {_TRIES} times{by}",
        "Check this note alone; look whether memory ran out.",
    )


class _DeafToInterrupts:
    """A process started inside ignores Ctrl-C from its first moment on: the parent ends it."""

    def __enter__(self) -> None:
        self._before = None
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, signal.SIG_IGN)

    def __exit__(self, *_: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)
