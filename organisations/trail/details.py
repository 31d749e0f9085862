"""What a security event holds beside its columns, in words; marks for machines are left out."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from django.apps import apps
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from organisations.choices import (
    AttemptPlace,
    Channel,
    SecondFactor,
    SignInRefusal,
    TokenScope,
    TokenState,
    TrailKind,
    Voucher,
)
from organisations.templatetags.ui import day

Words = Any  # a lazy translation
Told = Callable[[Any], str]


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


def _code(words: Mapping[str, Words] | Iterable[tuple[str, Words]]) -> Told:
    """A code by its words; what is none is what a person wrote."""
    known = dict(words)
    return lambda value: str(known.get(str(value), value))


def _model(name: Any) -> str:
    try:
        return capfirst(str(apps.get_model(str(name))._meta.verbose_name))
    except (LookupError, ValueError):
        return str(name)


def _day(text: Any) -> str:
    try:
        return day(dt.date.fromisoformat(str(text)))
    except ValueError:
        return str(text)


def _part(value: Any, *, of: Mapping[str, tuple[Words, Told]], between: str) -> str:
    """What has a label, in the order of the table; nothing of what holds nothing."""
    held = value if isinstance(value, dict) else {}
    told = ((label, told(held[key])) for key, (label, told) in of.items() if _is_said(held, key))
    return between.join(f"{label}: {words}" for label, words in told)


def _is_said(held: Mapping[str, Any], key: str) -> bool:
    return held.get(key) not in (None, "", {}, [])


FILTERS: dict[str, tuple[Words, Told]] = {
    "words": (gettext_lazy("Search"), _plain),
    "person": (pgettext_lazy("trail", "Person"), _plain),
    "model": (pgettext_lazy("trail", "Object"), _model),
    "object": (gettext_lazy("Number of the object"), _plain),
    "kind": (pgettext_lazy("trail", "What was done"), _code(TrailKind.choices)),
    "channel": (gettext_lazy("Channel"), _code(Channel.choices)),
    "day_from": (gettext_lazy("From"), _day),
    "day_to": (gettext_lazy("To"), _day),
    "request": (gettext_lazy("Request"), _plain),
}
REASONS: list[tuple[str, Words]] = [
    *SignInRefusal.choices,
    ("sso_unknown", pgettext_lazy("security event", "single sign-on: nobody here by that name")),
    ("sso_bound_otherwise", pgettext_lazy("security event", "single sign-on: bound to another")),
    (
        "sso_forged",
        pgettext_lazy("security event", "single sign-on: the answer did not belong here"),
    ),
]
KEYS: dict[str, tuple[Words, Told]] = {
    "known_device": (pgettext_lazy("security event", "known device"), _plain),
    "reason": (pgettext_lazy("security event", "reason"), _code(REASONS)),
    "factor": (pgettext_lazy("security event", "second factor"), _code(SecondFactor.choices)),
    "by": (pgettext_lazy("security event", "by"), _plain),
    "vouched_by": (pgettext_lazy("security event", "vouched for by"), _code(Voucher.choices)),
    "place": (pgettext_lazy("security event", "place"), _code(AttemptPlace.choices)),
    "scope": (pgettext_lazy("security event", "scope"), _code(TokenScope.choices)),
    "days": (pgettext_lazy("security event", "days of validity"), _plain),
    "state": (pgettext_lazy("security event", "state of the token"), _code(TokenState.choices)),
    "answers_left": (pgettext_lazy("security event", "answers left"), _plain),
    "count": (pgettext_lazy("security event", "sessions ended"), _plain),
    "method": (pgettext_lazy("security event", "method"), _plain),
    "status": (pgettext_lazy("security event", "status of the answer"), _plain),
    "filters": (
        pgettext_lazy("security event", "filters"),
        partial(_part, of=FILTERS, between=", "),
    ),
}


def told(detail: Any) -> str:
    """`Known device: no; …`; empty where there is nothing for a reader."""
    return capfirst(_part(detail, of=KEYS, between="; "))
