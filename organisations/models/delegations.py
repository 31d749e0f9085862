"""Who acts for a head who is away."""

import datetime as dt
import uuid
from typing import Self

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dti_tracker.shared.text import VietnameseCharField
from organisations.choices import HEADS, Position
from organisations.models.documents import Document
from organisations.models.organisation import Organisation, Timestamped
from organisations.models.people import DateSpan, IntegerSpan, Membership


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def current(self, *, on: dt.date) -> Self:
        """Those that hold on a day: not revoked, both people still of the body, the giver its head.

        Who inspects a body takes no part in its work, also not for its head.
        """
        memberships = Membership.objects.current(on=on).filter(
            organisation=models.OuterRef("organisation")
        )
        giver = memberships.filter(user=models.OuterRef("delegator"), position__in=HEADS)
        taker = memberships.filter(user=models.OuterRef("delegate")).exclude(
            position=Position.INSPECTOR
        )
        return self.filter(
            models.Exists(giver),
            models.Exists(taker),
            valid_from__lte=on,
            valid_to__gte=on,
            revoked_at__isnull=True,
        )


@pghistory.track()
class Delegation(Timestamped):
    """Ủy quyền: between two days a person of a body acts for its head or deputy.

    Always dated; it ends early when it is revoked, when its giver is no longer head, or when one of
    the two leaves the body. Who was delegated to cannot delegate further.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="delegations",
    )
    delegator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who delegates"),
        on_delete=models.PROTECT,
        related_name="delegations_given",
    )
    delegate = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who acts"),
        on_delete=models.PROTECT,
        related_name="delegations_taken",
    )
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("until"))
    document = models.ForeignKey(
        Document,
        verbose_name=_("document"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    reason = VietnameseCharField(_("reason"), max_length=255)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("revoked by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        ordering = ["-valid_from", "-id"]
        constraints = [
            models.CheckConstraint(
                name="delegation_ends_after_it_begins",
                condition=Q(valid_to__gte=F("valid_from")),
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                name="nobody_delegates_to_themselves",
                condition=~Q(delegator=F("delegate")),
                violation_error_message=_("Nobody delegates to themselves."),
            ),
            models.CheckConstraint(
                name="a_revocation_says_who",
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
            ),
            ExclusionConstraint(
                name="one_delegation_at_a_time_between_two_people",
                expressions=[
                    (IntegerSpan("organisation_id"), RangeOperators.OVERLAPS),
                    (IntegerSpan("delegator_id"), RangeOperators.OVERLAPS),
                    (IntegerSpan("delegate_id"), RangeOperators.OVERLAPS),
                    (
                        DateSpan(
                            "valid_from",
                            "valid_to",
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(revoked_at__isnull=True),
                violation_error_message=_("These two already have a delegation in these days."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delegator_id} → {self.delegate_id} ({self.valid_from} – {self.valid_to})"
