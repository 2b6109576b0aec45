"""A pool of workers that several scans of a test module share."""

from __future__ import annotations

from notecheck.scan.pool import Pool


class Kept:
    """Workers that are not ended at the end of a block."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def __enter__(self) -> Pool:
        return self._pool

    def __exit__(self, *_: object) -> None:
        pass
