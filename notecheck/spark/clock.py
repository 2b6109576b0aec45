"""The longest that one note may take on an executor: its process goes on with the next note."""

from __future__ import annotations

import signal
import threading
import time
from types import FrameType
from typing import TYPE_CHECKING

from notecheck.scan.judging import done, too_slow
from notecheck.scan.work import Answer, Task

if TYPE_CHECKING:
    from notecheck.engine import Checker


class _TooSlow(BaseException):
    """Not an Exception, so that nothing on the way takes it for a fault of the note."""


def within(seconds: float, checker: Checker, task: Task) -> Answer:
    """The answer to a task, or that it took too long. A library call in the middle is waited for.

    Where no alarm can be set (outside the main thread, on Windows) there is no limit.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        return done(checker, task)
    began = time.perf_counter()
    before = signal.signal(signal.SIGALRM, _stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return done(checker, task)
    except _TooSlow:
        return Answer(trouble=too_slow(seconds), spent=time.perf_counter() - began)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _stop(number: int, frame: FrameType | None) -> None:
    raise _TooSlow
