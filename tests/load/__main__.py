"""Prints how the server does under load: ``PYTHONPATH=.:tests python -m load --clients 50 --seconds 60``.

Measures checks in one process first, then the same kind of notes over HTTP from many clients at once. Each note is
about 4 kB and differs from every other, so that nothing which the workers remember helps.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import tempfile
import time
from pathlib import Path

import httpx
import psutil
from web_server import serving

import notecheck
from notecheck import locate

SIZE = 4000


def notes() -> list[str]:
    """Invented notes, each filled up to about 4 kB with its visit note or with itself."""
    found = []
    for file in sorted(locate.samples().glob("*.txt")):
        if ".visit." not in file.name:
            text = file.read_text(encoding="utf-8")
            found.append((text + "\n\n" + text)[:SIZE])
    return found


def varied(texts: list[str], number: int) -> str:
    """A note that no other call gets."""
    return f"Record {number}\n{texts[number % len(texts)]}"


def in_process(texts: list[str], seconds: float) -> float:
    """Checks for each second in this process, one after the other."""
    checker = notecheck.load()
    checker.check(texts[0])
    began = time.perf_counter()
    for done in itertools.count(1):
        checker.check(varied(texts, 1_000_000 + done))
        if time.perf_counter() - began > seconds:
            return done / (time.perf_counter() - began)
    raise AssertionError


async def over_http(address: str, texts: list[str], clients: int, seconds: float) -> tuple[list[float], dict[str, int]]:
    """Times of the answers, and how many had each status or error."""
    numbers = itertools.count()
    times: list[float] = []
    kinds: dict[str, int] = {}
    until = time.perf_counter() + seconds

    async def one(client: httpx.AsyncClient) -> None:
        while time.perf_counter() < until:
            began = time.perf_counter()
            try:
                answer = await client.post("/v1/check", json={"note": varied(texts, next(numbers))})
                kind = str(answer.status_code)
            except httpx.HTTPError as error:
                kind = type(error).__name__
            times.append(time.perf_counter() - began)
            kinds[kind] = kinds.get(kind, 0) + 1

    limits = httpx.Limits(max_connections=clients, max_keepalive_connections=clients)
    async with httpx.AsyncClient(base_url=address, timeout=120, limits=limits) as client:
        await asyncio.gather(*(one(client) for _ in range(clients)))
    return times, kinds


def memory(pid: int) -> float:
    """Megabytes of a process and its children."""
    top = psutil.Process(pid)
    return sum(p.memory_info().rss for p in (top, *top.children(recursive=True))) / 1e6


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser()
    options.add_argument("--clients", type=int, default=50)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    given = options.parse_args()
    texts = notes()
    load_before = os.getloadavg()[0]
    alone = in_process(texts, min(given.seconds, 20))
    with (
        tempfile.TemporaryDirectory() as folder,
        serving("--workers", str(given.workers), "--quiet", folder=Path(folder)) as served,
    ):
        while httpx.get(f"{served.address}/healthz").json()["ready"] < given.workers:
            time.sleep(0.2)
        first = memory(served.process.pid)
        half, kinds = asyncio.run(over_http(served.address, texts, given.clients, given.seconds / 2))
        middle = memory(served.process.pid)
        times, more = asyncio.run(over_http(served.address, texts, given.clients, given.seconds / 2))
        last = memory(served.process.pid)
    everything = sorted(half + times)
    rate = len(everything) / given.seconds
    ratio = rate / (alone * given.workers)
    print(f"machine: {os.cpu_count()} cores, load {load_before:.1f} before, {os.getloadavg()[0]:.1f} after")
    print(f"in one process: {alone:.2f} checks/s; times {given.workers} workers: {alone * given.workers:.2f}")
    print(f"over HTTP: {given.clients} clients, {given.seconds:g} s, {len(everything)} answers, {rate:.2f}/s")
    print(f"ratio: {ratio:.2f}; answers by status, both halves: {kinds} {more}")
    print(f"median {everything[len(everything) // 2]:.2f} s, slowest {everything[-1]:.2f} s")
    print(f"memory of server and workers: {first:.0f} MB ready, {middle:.0f} MB half way, {last:.0f} MB at the end")


if __name__ == "__main__":
    main()
