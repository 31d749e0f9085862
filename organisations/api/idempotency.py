"""`Idempotency-Key`: the same request sent twice happens once."""

import hashlib
import json
from collections.abc import Callable

from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from dti_tracker.shared.api.encoding import dumps
from dti_tracker.shared.api.problems import BadValue, KeyUsedOtherwise
from organisations.models import AnsweredRequest

HEADER = "Idempotency-Key"
MAX_LENGTH = 255
REPEATED_HEADERS = ("Location", "ETag")


def once(request: Request, act: Callable[[], Response]) -> HttpResponseBase:
    """Do something once for each key of a person; a repetition gets the first answer again.

    The key is claimed and the answer kept in the transaction of the act: a concurrent repetition
    waits for it. A refusal changes nothing and keeps nothing, so the key may be tried again.
    Whether the caller may (still) see the object is to be asked before.

    Raises:
        BadValue: the key is empty, too long or not plain ASCII.
        KeyUsedOtherwise: the key came before with another address or content.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return act()
    if not (0 < len(key) <= MAX_LENGTH and key.isascii() and key.isprintable()):
        raise BadValue(HEADER, _("1 to 255 printable ASCII characters."))
    return _claim_and_act(request, key, act)


@transaction.atomic
def _claim_and_act(request: Request, key: str, act: Callable[[], Response]) -> HttpResponseBase:
    now = timezone.now()
    AnsweredRequest.objects.expired(now=now).filter(user=request.user.pk).delete()
    answered, is_first = AnsweredRequest.objects.get_or_create(
        user_id=request.user.pk,  # type: ignore[misc]
        key=key,
        defaults={"fingerprint": _fingerprint(request), "created_at": now},
    )
    if not is_first:
        return _again(answered, request)
    response = act()
    answered.status = response.status_code
    answered.headers = {n: response[n] for n in REPEATED_HEADERS if response.has_header(n)}
    answered.content = "" if response.data is None else dumps(response.data).decode()
    answered.save()
    return response


def _fingerprint(request: Request) -> str:
    content = json.dumps(request.data, sort_keys=True, default=str)
    text = "\n".join([request.method or "", request.get_full_path(), content])
    return hashlib.sha256(text.encode()).hexdigest()


def _again(answered: AnsweredRequest, request: Request) -> HttpResponse:
    if answered.fingerprint != _fingerprint(request):
        raise KeyUsedOtherwise
    return HttpResponse(
        answered.content,
        status=answered.status,
        content_type="application/json",
        headers=answered.headers | {"Idempotent-Replayed": "true"},
    )
