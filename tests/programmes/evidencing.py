"""Attaching files in tests, as the service does it."""

import io
from typing import Any

from programmes.models import Evidence
from programmes.services import add_evidence
from programmes.services.evidence import Added
from tests.programmes.cast import TODAY, Cast
from tests.programmes.evidence_files import pdf, png

PDF = pdf()
OTHER = png()


def attach(cast: Cast, content: bytes = PDF, name: str = "Biên bản.pdf", **more: Any) -> Evidence:
    """Evidence of the lead's staff, or of whoever is named."""
    return attached(cast, content, name, **more).evidence


def attached(cast: Cast, content: bytes = PDF, name: str = "Biên bản.pdf", **more: Any) -> Added:
    given: dict[str, Any] = {
        "task": cast.task,
        "organisation": cast.sct,
        "by": cast.staff,
        "on": TODAY,
        "file": io.BytesIO(content),
        "name": name,
    }
    return add_evidence(**given | more)


def of_vnpt(cast: Cast) -> dict[str, Any]:
    return {"organisation": cast.vnpt, "by": cast.liaison_vnpt}


def of_viettel(cast: Cast) -> dict[str, Any]:
    return {"organisation": cast.viettel, "by": cast.liaison_viettel}


def of_coordinator(cast: Cast) -> dict[str, Any]:
    return {"organisation": cast.skhcn, "by": cast.reviewer}
