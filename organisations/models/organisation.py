"""Bodies, and what becomes of them."""

import datetime as dt

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dti_tracker.shared.text import SearchKey, VietnameseCharField, VietnameseTextField
from organisations.choices import (
    Certainty,
    OrganisationKind,
    Role,
)


def lasting(*, on: dt.date, of: str = "") -> Q:
    """What lasts that day, from `valid_from` until `valid_to`, both included.

    Args:
        of: the way from the table that is asked to the one with the days, as `memberships__`.
    """
    is_open = Q(**{f"{of}valid_to__isnull": True}) | Q(**{f"{of}valid_to__gte": on})
    return is_open & Q(**{f"{of}valid_from__lte": on})


class Sourced(models.Model):
    """Certainty and source, which travel with a fact wherever it is shown."""

    certainty = models.CharField(
        _("certainty"), max_length=12, choices=Certainty.choices, default=Certainty.ENTERED
    )
    source = VietnameseTextField(_("source"), blank=True)

    class Meta:
        abstract = True


class Timestamped(models.Model):
    """When a row was made and last changed, for REST clients and histories."""

    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        abstract = True


@pghistory.track(exclude=["search_key"])
class Organisation(Sourced, Timestamped):
    """Cơ quan, đơn vị: a body as it was called in its time.

    A body that is renamed or merged is a new row joined by a `Succession`, so that records of the
    past keep the names of their day.
    """

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = VietnameseCharField(_("name"), max_length=255)
    name_en = models.CharField(_("English name"), max_length=255, blank=True)
    short_name = VietnameseCharField(_("short name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=20, choices=OrganisationKind.choices)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("superior body"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
    )
    is_office = models.BooleanField(
        _("office of its superior"),
        default=False,
        help_text=_("Prepares and records for the superior body, as Văn phòng UBND tỉnh does."),
    )
    valid_from = models.DateField(_("exists from"), null=True, blank=True)
    valid_to = models.DateField(_("exists until"), null=True, blank=True)
    header_name = VietnameseCharField(
        _("name in document headers"),
        max_length=255,
        blank=True,
        help_text=_("Capitals; | marks the line break (Decree 30/2020/NĐ-CP, Annex I)."),
    )
    superior_header = VietnameseCharField(
        _("superior body in document headers"), max_length=255, blank=True
    )
    issuer_code = VietnameseCharField(
        _("issuer code in document numbers"), max_length=20, blank=True
    )
    head_title = VietnameseCharField(_("title of the head"), max_length=60, blank=True)
    deputy_title = VietnameseCharField(_("title of a deputy"), max_length=60, blank=True)
    signs_for = VietnameseCharField(_("signs on behalf of"), max_length=80, blank=True)
    place_name = VietnameseCharField(_("place in documents"), max_length=60, blank=True)
    aliases = ArrayField(
        VietnameseCharField(max_length=255), verbose_name=_("other names"), default=list, blank=True
    )
    exchange_code = models.CharField(
        _("code for document exchange"),
        max_length=13,
        blank=True,
        validators=[RegexValidator(r"^(H\d{2}(\.\d{2})*|\d{3}\.\d{2}\.\d{2}\.H\d{2})$")],
        help_text=_("H21.12 (Decision 20/2020/QĐ-TTg) or 000.00.12.H21 (QCVN 102:2016)."),
    )
    search_key = models.GeneratedField(
        expression=SearchKey(F("name")), output_field=models.TextField(), db_persist=True
    )

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="organisation_ends_after_it_begins",
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="organisation_kind_is_known",
                condition=Q(kind__in=OrganisationKind.values),
            ),
            models.CheckConstraint(
                name="organisation_is_not_its_own_superior",
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def header_lines(self) -> tuple[str, ...]:
        """The name as a document's header breaks it."""
        return tuple((self.header_name or self.name.upper()).split("|"))


@pghistory.track()
class Succession(Sourced):
    """Kế thừa: from a day on, another body holds the duties of the one that ended."""

    predecessor = models.ForeignKey(
        Organisation,
        verbose_name=_("predecessor"),
        on_delete=models.PROTECT,
        related_name="successions",
    )
    successor = models.ForeignKey(
        Organisation,
        verbose_name=_("successor"),
        on_delete=models.PROTECT,
        related_name="inheritances",
    )
    effective_on = models.DateField(_("effective on"))
    duty = models.CharField(
        _("duty"),
        max_length=20,
        choices=Role.choices,
        blank=True,
        help_text=_("Empty: all duties pass."),
    )
    legal_basis = VietnameseCharField(_("legal basis"), max_length=255, blank=True)

    class Meta:
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        ordering = ["effective_on", "id"]
        constraints = [
            models.UniqueConstraint(
                name="one_successor_for_each_duty_and_day",
                fields=["predecessor", "duty", "effective_on"],
            ),
            models.CheckConstraint(
                name="nobody_succeeds_itself", condition=~Q(predecessor=F("successor"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id} ({self.effective_on})"
