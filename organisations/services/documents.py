"""Recording a document that was signed outside this application."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from dti_tracker.shared.errors import DomainError
from dti_tracker.shared.races import refusing
from dti_tracker.shared.text import nfc, search_key
from organisations.choices import DatePrecision, DocumentKind
from organisations.models import Document, Organisation
from organisations.services.saving import at_the_same_moment

KEY_LENGTH = 54


@dataclass(frozen=True)
class NewDocument:
    """A document as it is typed beside the change that rests on it; a day that is not known is
    None."""

    kind: str
    subject: str
    number_code: str = ""
    issued_on: dt.date | None = None
    issued_on_precision: str = DatePrecision.DAY
    issuer: Organisation | None = None


@transaction.atomic
def record_document(new: NewDocument) -> Document:
    """Record a document; its key is made from type, number and year.

    Raises:
        DomainError: the same number of the same day is recorded already, or type or subject lack.
    """
    _require_complete(new)
    number_code = nfc(new.number_code.strip())
    _require_new(new, number_code)
    with refusing({"organisations_document_key_key": at_the_same_moment()}):
        return Document.objects.create(
            key=_key(new, number_code),
            kind=new.kind,
            number_code=number_code,
            subject=new.subject.strip(),
            issued_on=new.issued_on,
            issued_on_precision=new.issued_on_precision if new.issued_on else DatePrecision.UNKNOWN,
            issuer=new.issuer,
        )


def recorded(document: Document | NewDocument) -> Document:
    """A document that exists, or the one that was typed, now recorded."""
    return document if isinstance(document, Document) else record_document(document)


def _require_complete(new: NewDocument) -> None:
    gaps = {}
    if new.kind not in DocumentKind.values:
        gaps["new_kind"] = _("Choose the type of the document.")
    if not new.subject.strip():
        gaps["new_subject"] = _("Say what the document is about.")
    if gaps:
        raise DomainError(" ".join(gaps.values()), fields=gaps)


def _require_new(new: NewDocument, number_code: str) -> None:
    """A number without its front part (`/UBND-KGVX`) names no single document."""
    if not number_code or number_code.startswith("/") or new.issued_on is None:
        return
    same = Document.objects.filter(
        kind=new.kind, number_code__iexact=number_code, issued_on=new.issued_on
    )
    if same.exists():
        sentence = _("This document is recorded already: choose it in the list.")
        raise DomainError(sentence, fields={"new_number": sentence})


def _key(new: NewDocument, number_code: str) -> str:
    year = f"{new.issued_on:%Y}" if new.issued_on else ""
    words = search_key(f"{new.kind} {number_code.replace('/', ' ')} {year}")
    stem = slugify(words)[:KEY_LENGTH].strip("-")
    taken = set(Document.objects.filter(key__startswith=stem).values_list("key", flat=True))
    if stem not in taken:
        return stem
    return next(key for n in range(2, len(taken) + 3) if (key := f"{stem}-{n}") not in taken)
