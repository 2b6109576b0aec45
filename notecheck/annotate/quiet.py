"""Imports medspaCy without its side effects: warning filters stay as they were, no note text reaches a log."""

from __future__ import annotations

import logging
import warnings
from typing import Any


def medspacy() -> Any:
    """The medspaCy package.

    Importing it silences every warning of the process and its splitter logs words of the note at DEBUG through
    loguru; both are undone here, before and after the import.
    """
    from loguru import logger

    logger.disable("PyRuSH")
    logger.disable("medspacy")
    logging.getLogger("PyRuSH").setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        import medspacy
        import medspacy.context
        import medspacy.section_detection
        import medspacy.target_matcher
    # Our rules are expressions only; spaCy would warn on every note that its token matcher holds none.
    warnings.filterwarnings("ignore", message=r"\[W036\]")
    return medspacy
