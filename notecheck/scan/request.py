"""What a scan is asked for and how far it is; its sources, claims and setting, judged before anything starts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from notecheck.config.settings import Config
from notecheck.errors import InputError
from notecheck.policy import book as policy_book
from notecheck.read.claim_files import readable_claims
from notecheck.read.claims import claim_from_dict
from notecheck.read.columns import Columns
from notecheck.read.passed_over import told_by
from notecheck.read.payer_names import Payers
from notecheck.records import Claim, RefusedClaim
from notecheck.scan.joined import Joined, Setting


@dataclass(frozen=True, slots=True)
class Request:
    """What to scan and how. ``sources`` are files and folders; ``workers`` 0 means one for each processor.

    ``seconds`` is the longest that one note may take. ``again`` judges everything anew; ``ocr`` and ``columns`` go to
    the document readers; ``own`` are folders with own policies, ``payers`` files with own payers, ``config`` the
    settings whose choice of checks, severities and suppressions holds. ``only`` are files and folders below the one
    source, some of them perhaps deleted: nothing else is looked at then. Without ``models`` the learned models stay
    closed.
    """

    sources: tuple[Path, ...]
    out: Path
    claims: Path | None = None
    setting: Setting = field(default_factory=Setting)
    workers: int = 0
    own: tuple[Path, ...] = ()
    seconds: float = 60.0
    again: bool = False
    ocr: bool = False
    columns: Columns = field(default_factory=Columns)
    payers: tuple[Path, ...] = ()
    config: Config | None = None
    only: tuple[Path, ...] | None = None
    models: bool = True

    @property
    def options(self) -> str:
        """What must be known to read and judge the same documents again, as JSON text for ``meta``."""
        return options_text(self.columns, ocr=self.ocr, models=self.models)


@dataclass(slots=True)
class Progress:
    """How far a scan is. ``documents`` counts what was found, the rest what became of it; ``stage`` is ``notes``,
    ``history`` (notes judged again, with other notes or another claim) or ``end``."""

    stage: str = "notes"
    documents: int = 0
    judged: int = 0
    unchanged: int = 0
    refused: int = 0
    history: int = 0
    history_due: int = 0
    gone: int = 0
    stopped: bool = False
    seconds: float = 0.0
    keys: list[str] = field(default_factory=list)
    """The documents written by a scan of ``only`` some files."""
    trouble: str = ""
    """While a folder is watched: why nothing could be done this time. It is tried again."""

    @property
    def done(self) -> int:
        """Documents that are settled."""
        return self.judged + self.unchanged + self.refused


def options_text(columns: Columns, *, ocr: bool, models: bool) -> str:
    """The value of ``options`` in ``meta``."""
    return json.dumps({"columns": asdict(columns), "ocr": ocr, "models": models})


def roots_of(sources: Sequence[Path]) -> list[str]:
    """The sources as whole paths, each once, without the files that tell notecheck something (``notes/*`` names them).

    Raises InputError NC-I01 for one that is not there.
    """
    found: list[str] = []
    for source in sources:
        if not source.exists():
            raise InputError(
                "NC-I01", "no such file or folder", where=str(source), next_step="Check the name and the folder."
            )
        if not (told_by(source.name) and source.is_file()):
            found.append(str(source.absolute()))
    return list(dict.fromkeys(found))


def joined_for(request: Request) -> Joined:
    """The claims of the request. Raises what :func:`claims_and_setting` raises."""
    book = policy_book.load(request.own, request.payers)
    claims, refused, setting = claims_and_setting(request)
    return Joined(claims, setting, book.codes, payers=Payers(book.coverage.payers), refused=refused)


def claims_and_setting(request: Request) -> tuple[tuple[Claim, ...], tuple[RefusedClaim, ...], Setting]:
    """The claims of a request, those that cannot be understood, and its setting in the words of the policies.

    The payer of a claim that names none is empty. Raises InputError for a file without any claim that can be
    understood, and for a payer, contractor or state that cannot be used.
    """
    book = policy_book.load(request.own, request.payers)
    given = request.setting
    named: dict[str, Any] = {
        "lines": [],
        "payer": given.payer,
        "mac": given.mac,
        "state": given.state,
        "place_of_service": given.place_of_service,
    }
    checked = claim_from_dict(named, book, where="command line")
    settled = replace(given, payer=checked.payer if given.payer else None, mac=checked.mac, state=checked.state)
    if not request.claims:
        return (), (), settled
    return *readable_claims(request.claims, book, {"payer": ""}), settled
