"""Tokens for the API: made once, shown once, revoked for good."""

import datetime as dt
import logging
from uuid import UUID

from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from dti_tracker.shared.errors import DomainError
from dti_tracker.shared.time import day_of
from organisations.choices import SecurityEventKind, TokenScope
from organisations.models import ApiToken, User
from organisations.models.tokens import SHOWN, digest_of, new_secret
from organisations.relations import general_relations
from organisations.rights import allowed, require
from organisations.security import record
from organisations.selectors import Standing

logger = logging.getLogger(__name__)

LIFETIMES = (30, 90, 180, 365)  # days
DEFAULT_LIFETIME = 90
MOST_USABLE = 20
NOTED_EVERY = dt.timedelta(minutes=1)
OWN, OF_SERVICES, OF_ANYBODY = "manage_own_account", "manage_service_accounts", "revoke_any_token"


@transaction.atomic
def make_token(
    *, owner: User, name: str, scope: TokenScope, days: int, by: User, uid: UUID, now: dt.datetime
) -> tuple[ApiToken, str]:
    """A token and its secret, which is nowhere else: show it and forget it.

    Args:
        owner: whose relations the token has: the person themselves, or a service account.
        days: one of `LIFETIMES`.
        uid: drawn when the form was shown; the form sent twice makes one token.

    Raises:
        NotAllowed, DomainError: each with a sentence for the user.
    """
    owner = User.objects.select_for_update().get(pk=owner.pk)
    _require(OF_SERVICES if owner.is_service else OWN, by, owner, now)
    _refuse_what_cannot_be(owner, name, days, uid, now)
    secret = new_secret()
    token = ApiToken.objects.create(
        uid=uid,
        user=owner,
        name=name.strip(),
        scope=scope,
        digest=digest_of(secret),
        beginning=secret[:SHOWN],
        created_by=by,
        created_at=now,
        expires_at=now + dt.timedelta(days=days),
    )
    _record(SecurityEventKind.TOKEN_MADE, token, by, scope=scope, days=days)
    return token, secret


@transaction.atomic
def revoke_token(*, token: ApiToken, by: User, now: dt.datetime) -> ApiToken:
    """End a token from the next request on; once revoked it stays as it was revoked first.

    Raises:
        NotAllowed: it is somebody else's.
    """
    locked = ApiToken.objects.select_for_update(of=("self",)).select_related("user")
    token = locked.get(pk=token.pk)
    _require(OWN if token.user_id == by.pk else OF_ANYBODY, by, token.user, now)
    if token.revoked_at is None:
        token.revoked_at, token.revoked_by = now, by
        token.save(update_fields=["revoked_at", "revoked_by"])
        _record(SecurityEventKind.TOKEN_REVOKED, token, by)
    return token


def note_use(token: ApiToken, *, now: dt.datetime) -> None:
    """Remember that a token was used, at most once a minute; a request never fails by it."""
    long_ago = Q(last_used_at__isnull=True) | Q(last_used_at__lte=now - NOTED_EVERY)
    if token.last_used_at is not None and token.last_used_at > now - NOTED_EVERY:
        return
    try:
        with transaction.atomic():
            ApiToken.objects.filter(long_ago, pk=token.pk).update(last_used_at=now)
    except DatabaseError:
        logger.warning("The use of token %s could not be noted.", token.uid, exc_info=True)


def _require(action: str, by: User, owner: User, now: dt.datetime) -> None:
    """By the table; what is one's own is nobody else's, whatever the table says of the row."""
    relations = general_relations(Standing.of(by, on=day_of(now)))
    if action == OWN and owner.pk != by.pk:
        relations = frozenset()
    require(allowed(action, relations))


def _refuse_what_cannot_be(owner: User, name: str, days: int, uid: UUID, now: dt.datetime) -> None:
    if not name.strip():
        raise _wrong("name", _("Say what the token is for."))
    if days not in LIFETIMES:
        raise _wrong("days", _("Choose one of the times offered."))
    if not owner.is_active:
        raise DomainError(_("The account is disabled; it gets no tokens."))
    if ApiToken.objects.filter(uid=uid).exists():
        raise DomainError(
            _(
                "This form has made its token already; the secret was shown once. If it is lost, "
                "revoke the token and make another."
            )
        )
    if owner.api_tokens.usable(now=now).count() >= MOST_USABLE:
        raise DomainError(
            _("There are %(count)s usable tokens already: revoke one that is not needed.")
            % {"count": MOST_USABLE}
        )


def _wrong(field: str, sentence: str) -> DomainError:
    return DomainError(sentence, fields={field: sentence})


def _record(kind: SecurityEventKind, token: ApiToken, by: User, **more: object) -> None:
    record(
        kind,
        user=token.user,
        target=str(token),
        detail={"token": str(token.uid), "by": by.get_username(), **more},
    )
