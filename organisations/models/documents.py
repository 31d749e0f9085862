"""Official documents: the legal basis of programmes, duties and changes."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from dti_tracker.shared.text import VietnameseCharField, VietnameseTextField
from organisations.choices import DatePrecision, DocumentKind
from organisations.models.organisation import Organisation, Sourced, Timestamped


@pghistory.track()
class Document(Sourced, Timestamped):
    """Văn bản: a document that exists outside this application, known by number and day.

    A number or day that is not known stays empty; `/UBND-KGVX` is a letter without known number.
    """

    key = models.SlugField(_("key"), max_length=60, unique=True)
    number_code = VietnameseCharField(_("number and code"), max_length=60, blank=True)
    kind = models.CharField(_("type"), max_length=4, choices=DocumentKind.choices)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    issued_on_precision = models.CharField(
        _("precision"), max_length=7, choices=DatePrecision.choices, default=DatePrecision.DAY
    )
    issuer = models.ForeignKey(
        Organisation,
        verbose_name=_("issuer"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
    )
    subject = VietnameseTextField(_("subject"))
    signer = VietnameseCharField(_("signer"), max_length=160, blank=True)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = [models.F("issued_on").desc(nulls_last=True), "key"]
        constraints = [
            models.CheckConstraint(
                name="document_without_day_says_so",
                condition=Q(issued_on__isnull=False) | Q(issued_on_precision=DatePrecision.UNKNOWN),
            )
        ]

    def __str__(self) -> str:
        return f"{self.number_code or '…'} {self.subject}"

    @property
    def cited_number(self) -> str:
        """Number and code as a text cites them; an unknown number is an ellipsis."""
        if self.number_code.startswith("/"):
            return f"…{self.number_code}"
        return self.number_code or "…"

    @property
    def cited_day(self) -> str:
        """The day as a text cites it: `14/4/2023`, `… tháng 8 năm 2023`, or nothing."""
        if self.issued_on is None:
            return ""
        day = self.issued_on
        return {
            DatePrecision.DAY: f"{day.day}/{day.month}/{day.year}",
            DatePrecision.MONTH: f"… tháng {day.month} năm {day.year}",
            DatePrecision.YEAR: f"… năm {day.year}",
        }.get(DatePrecision(self.issued_on_precision), "")

    @property
    def as_source(self) -> str:
        """How the source of a fact names it, in Vietnamese whoever wrote it down:
        `Quyết định 12/QĐ-UBND ngày 14/4/2023`.
        """
        with translation.override(settings.LANGUAGE_CODE):
            kind = capfirst(self.get_kind_display())
        day = f" ngày {self.cited_day}" if self.cited_day else ""
        return f"{kind} {self.cited_number}{day}"
