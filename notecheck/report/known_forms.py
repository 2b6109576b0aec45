"""The forms of identifiers that presidio-analyzer knows: the only door to that library.

Its recognisers are called one by one, without its engine: the engine wants a language model, which this project does
not ship. The library imports spaCy itself, so it is loaded on the first use and never without redaction.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from notecheck.report.identifiers import Found, Kind

_KINDS: dict[str, Kind] = {
    "EMAIL_ADDRESS": "email",
    "PHONE_NUMBER": "phone",
    "URL": "url",
    "US_SSN": "id",
    "US_NPI": "id",
    "US_MBI": "id",
    "US_ITIN": "id",
    "MEDICAL_LICENSE": "id",
    "CREDIT_CARD": "id",
    "IP_ADDRESS": "url",
    "MAC_ADDRESS": "id",
    "DATE_TIME": "date",
}
_LEAST_SCORE = 0.35  # below it the library itself says that only words around could decide
_NO_ADDRESS = re.compile(r"\.[A-Z]|\d")
"""Two sentences without a space between them, or a number with a point, look like a host name and are none."""

_TWO_CODES = re.compile(r"\b\d{5}\D+\d{5}\b")
"""Two billing codes side by side have as many digits as a telephone number."""


def find(text: str) -> Iterator[Found]:
    """What the library recognises in ``text``, by its own patterns and check digits."""
    for recogniser in _recognisers():
        for result in recogniser.analyze(text, recogniser.supported_entities, None):
            words = text[result.start : result.end]
            kind = _KINDS[result.entity_type]
            if result.score < _LEAST_SCORE or (result.entity_type == "URL" and _NO_ADDRESS.search(words)):
                continue
            if kind == "phone" and _TWO_CODES.search(words):
                continue
            if kind == "id" and not any(character.isdigit() for character in words):
                continue
            yield Found(result.start, result.end, kind, f"library {result.entity_type.lower()}", learn=kind != "date")


@lru_cache(maxsize=1)
def _recognisers() -> tuple[Any, ...]:
    import logging

    logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)
    from presidio_analyzer import predefined_recognizers as known

    class Mail(known.EmailRecognizer):
        """Without the look-up of the domain, which would fetch a list from the network."""

        def validate_result(self, pattern_text: str) -> None:
            return None

    return (
        Mail(),
        known.PhoneRecognizer(supported_regions=("US",)),
        known.UrlRecognizer(),
        known.UsSsnRecognizer(),
        known.UsNpiRecognizer(),
        known.UsMbiRecognizer(),
        known.UsItinRecognizer(),
        known.MedicalLicenseRecognizer(),
        known.CreditCardRecognizer(),
        known.IpRecognizer(),
        known.MacAddressRecognizer(),
        known.DateRecognizer(),
    )
