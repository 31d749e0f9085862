"""What the application keeps about a person, for that person (Law 91/2025 on personal data).

The floors above hold what somebody wrote, decided or was named in. Django's registry knows every
table that refers to a person, so nothing is left out, whichever floor it lies on.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import models
from django.db.models import ForeignObjectRel, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from organisations.models import (
    ApiToken,
    CorrectionRequest,
    Delegation,
    Membership,
    Notice,
    SecurityEvent,
    User,
)

PROFILE = (
    "uid",
    "username",
    "full_name",
    "email",
    "phone",
    "is_administrator",
    "is_active",
    "date_joined",
    "last_login",
    "last_seen_on",
    "reactivated_on",
)
MOMENTS = ("created_at", "at", "issued_at", "timestamp")


@dataclass(frozen=True)
class Part:
    """One kind of data: what it is called, the rows, and what of them is told."""

    key: str
    title: Promise
    found: QuerySet[Any]
    columns: tuple[str, ...]

    def rows(self) -> list[dict[str, Any]]:
        """`organisation__name` is told as `organisation_name`."""
        return [
            {name.replace("__", "_"): value for name, value in row.items()}
            for row in self.found.values(*self.columns)
        ]


def parts_about(person: User) -> list[Part]:
    """What is told row by row: never a password, a digest or a factor's secret."""
    about = Q(user=person)
    delegations = Delegation.objects.filter(Q(delegator=person) | Q(delegate=person))
    body = ("organisation__code", "organisation__name")
    return [
        Part(
            "positions",
            _("Positions"),
            Membership.objects.filter(about),
            (*body, "position", "title", "valid_from", "valid_to"),
        ),
        Part(
            "delegations",
            _("Delegations given and held"),
            delegations,
            (
                *body,
                "delegator__full_name",
                "delegate__full_name",
                "valid_from",
                "valid_to",
                "reason",
                "revoked_at",
            ),
        ),
        Part(
            "sessions",
            _("Sessions"),
            UserSession.objects.filter(about),
            ("created_at", "last_seen_at", "ip", "user_agent"),
        ),
        Part(
            "second_factors",
            _("Second factors"),
            Authenticator.objects.filter(about),
            ("type", "created_at", "last_used_at"),
        ),
        Part(
            "tokens",
            _("API tokens"),
            ApiToken.objects.filter(about),
            (
                "uid",
                "name",
                "scope",
                "beginning",
                "created_at",
                "expires_at",
                "last_used_at",
                "revoked_at",
            ),
        ),
        Part(
            "security_events",
            _("Security log"),
            SecurityEvent.objects.filter(about),
            ("at", "kind", "login", "address", "agent", "target", "request_id", "detail"),
        ),
        Part(
            "notices",
            _("Notices"),
            Notice.objects.filter(about),
            ("created_at", "text", "url", "read_at"),
        ),
        Part(
            "correction_requests",
            _("Correction requests"),
            CorrectionRequest.objects.filter(about),
            ("created_at", "text", "state", "due_on", "answer", "answered_at"),
        ),
    ]


def references_to(person: User) -> Iterator[tuple[ForeignObjectRel, QuerySet[Any]]]:
    """Everything else that names the person: what they wrote, decided, made or were asked."""
    told = {part.found.model for part in parts_about(person)}
    for relation in User._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel) and _is_telling(relation, told):
            rows = relation.related_model._default_manager.filter(**{relation.field.name: person})
            yield relation, rows


def references_count(person: User) -> int:
    """How many rows name the person; one query for each table that may."""
    return sum(rows.count() for _relation, rows in references_to(person))


def export_about(person: User, *, now: dt.datetime) -> dict[str, Any]:
    """All of it, as one document of plain values."""
    profile = User.objects.filter(pk=person.pk).values(*PROFILE).get()
    return {
        "made_at": now,
        "profile": profile,
        **{part.key: part.rows() for part in parts_about(person)},
        "references": [
            _reference(relation, row) for relation, rows in references_to(person) for row in rows
        ],
    }


def _is_telling(relation: ForeignObjectRel, told: set[type[models.Model]]) -> bool:
    model = relation.related_model
    is_history = hasattr(model, "pgh_tracked_model") or model._meta.auto_created
    return not is_history and model not in told


def _reference(relation: ForeignObjectRel, row: models.Model) -> dict[str, Any]:
    """Which row, not what stands in it: that others wrote too, and its own rights guard it."""
    moment = next((getattr(row, name) for name in MOMENTS if hasattr(row, name)), None)
    return {
        "table": row._meta.label_lower,
        "kind": str(row._meta.verbose_name),
        "as": str(getattr(relation.field, "verbose_name", relation.field.name)),
        "id": str(getattr(row, "uid", row.pk)),
        "at": moment,
    }
