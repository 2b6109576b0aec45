"""How the server runs: where it listens, who may ask, how much and how long."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from notecheck.errors import InputError
from notecheck.records import Ruling

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
TOKEN_VARIABLE = "NOTECHECK_TOKEN"
SHORTEST_TOKEN = 20
MOST_WORKERS = 4


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes or characters, times in seconds, and how many of a thing."""

    body: int = 2_000_000
    """A JSON body."""
    file: int = 25_000_000
    """A file that is dropped, ZIP included."""
    note: int = 200_000
    """Characters of a note and its chart together."""
    chart: int = 40
    """Documents beside the note."""
    head_seconds: float = 10
    """From the connection to the last header line."""
    body_seconds: float = 20
    """From the last header line to the last byte of the body."""
    job_seconds: float = 60
    """One job in a worker; then the worker is replaced."""
    waiting: int = 200
    """Jobs that wait for a worker; more are turned away."""
    batch_files: int = 500
    """Notes of one batch."""
    batches: int = 8
    """Batches kept at a time; the oldest goes first."""
    batch_seconds: float = 3600
    """How long an untouched batch is kept."""
    connections: int = 512
    """Open connections."""


@dataclass(frozen=True, slots=True)
class Settings:
    """``hosts`` are the names that the Host header may give; an empty ``token`` means that none is asked.

    ``policy`` and ``payers`` are the practice's own, ``usual`` what holds for claims that do not say it (payer,
    contractor, state, place), ``ruling`` what the practice has decided about checks.
    Without ``models`` the learned models stay closed.
    """

    host: str = "127.0.0.1"
    port: int = 8765
    hosts: tuple[str, ...] = LOOPBACK_NAMES
    token: str = ""
    workers: int = 1
    policy: tuple[Path, ...] = ()
    payers: tuple[Path, ...] = ()
    usual: Mapping[str, str] = field(default_factory=dict)
    ruling: Ruling | None = None
    models: bool = True
    limits: Limits = Limits()

    @property
    def address(self) -> str:
        """The address to open in a browser."""
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}/"


def settings(
    host: str,
    port: int,
    *,
    allow_remote: bool = False,
    names: Sequence[str] = (),
    token_file: Path | None = None,
    workers: int | None = None,
) -> Settings:
    """Settings from what was asked for. Raises InputError NC-I86 to NC-I88 where they would not be safe."""
    count = workers if workers else min(os.cpu_count() or 1, MOST_WORKERS)
    if is_loopback(host):
        return Settings(host, port, (*LOOPBACK_NAMES, host, *names), "", count)
    if not allow_remote:
        raise InputError(
            "NC-I86",
            f"'{host}' is not this computer alone: notes would cross the network",
            where="--host",
            next_step="Leave --host out, or add --allow-remote with a token.",
        )
    known = (*names, *(() if _is_wildcard(host) else (host,)))
    if not known:
        raise InputError(
            "NC-I87",
            f"'{host}' listens everywhere, and no name is given under which it is called",
            where="--allow-host",
            next_step="Name each, as in --allow-host checker.example.org.",
        )
    return Settings(host, port, (*LOOPBACK_NAMES, *known), _token(token_file), count)


def is_loopback(host: str) -> bool:
    """True for an address or a name that only this computer reaches."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_wildcard(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return not host


def _token(file: Path | None) -> str:
    if file is not None:
        try:
            token = file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise InputError(
                "NC-I88", "the token cannot be read", where=str(file), next_step="Name a text file with the token."
            ) from None
    else:
        token = os.environ.get(TOKEN_VARIABLE, "").strip()
    if len(token) < SHORTEST_TOKEN or not token.isascii() or any(c.isspace() for c in token):
        raise InputError(
            "NC-I88",
            f"listening beyond this computer needs a token of at least {SHORTEST_TOKEN} characters without blanks",
            where="--token-file",
            next_step=f"Put a random one into a file, or into {TOKEN_VARIABLE}.",
        )
    return token
