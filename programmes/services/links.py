"""Which sub-indicators a task should raise: links with the share claimed, baselines and targets.

A baseline or target is never overwritten: a change is a new row that names its document and reason,
and the one before it knows when it was replaced. What was evaluated stands.
"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NoReturn

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from dti_tracker.shared.errors import DomainError, WrongState
from dti_tracker.shared.text import nfc
from indicators import calculation as calc
from indicators.models import SubIndicator
from organisations.choices import Certainty
from organisations.models import User
from organisations.templatetags.ui import day, percent
from programmes.choices import LinkValueKind
from programmes.models import IndicatorLink, LinkValue, Task, TrialPeriod
from programmes.services.grounds import (
    Ground,
    because,
    by_document,
    locked_task,
    require_changed,
    require_right,
    require_seen,
    write,
)
from programmes.services.reported import ratio_of

LINK_FIELDS = frozenset({"direction", "share", "basis"})
VALUE_FIELDS = frozenset({"value", "numerator", "denominator", "unit", "on", "source", "certainty"})
WHOLE = Decimal(100)


@transaction.atomic
def link_indicator(
    *,
    task: Task,
    sub_indicator: SubIndicator,
    by: User,
    on: dt.date,
    values: Mapping[str, Any],
    ground: Ground,
) -> IndicatorLink:
    """Say that a task should raise a sub-indicator.

    Args:
        values: any of direction, share (percent of the change claimed, or None) and basis.

    Raises:
        NotAllowed: not of the coordinator.
        DomainError: it is linked already, the shares would exceed 100 %, or the ground lacks.
    """
    locked = locked_task(task)
    require_right("change_set_up", locked.programme, by=by, on=on)
    if locked.indicator_links.filter(sub_indicator=sub_indicator).exists():
        sentence = _("This task is linked to the sub-indicator already.")
        raise DomainError(sentence, fields={"sub_indicator": sentence})
    _require_share_free(sub_indicator, values.get("share"))
    with because(ground) as document:
        link = IndicatorLink(
            task=locked,
            sub_indicator=sub_indicator,
            certainty=Certainty.ENTERED,
            source=document.as_source if document else "",
        )
        write(link, values, fields=LINK_FIELDS)
    return link


@transaction.atomic
def change_link(
    *,
    link: IndicatorLink,
    by: User,
    on: dt.date,
    values: Mapping[str, Any],
    ground: Ground,
    seen: str,
) -> IndicatorLink:
    """Change the share of the change that a task claims, its direction or its basis.

    Raises:
        NotAllowed: not of the coordinator.
        WrongState: the direction of what was evaluated would turn, or the link is gone.
        Stale: somebody else changed the link first.
        DomainError: the shares would exceed 100 %, the ground lacks, or nothing would change.
    """
    present = _locked(link, by=by, on=on)
    require_seen(seen, present)
    require_changed(present, values)
    if values.get("direction", present.direction) != present.direction:
        _require_direction_free(present)
    _require_share_free(present.sub_indicator, values.get("share"), but=present)
    with because(ground):
        write(present, values, fields=LINK_FIELDS)
    return present


@transaction.atomic
def unlink_indicator(
    *, link: IndicatorLink, by: User, on: dt.date, ground: Ground, seen: str
) -> None:
    """Take a link away on which nothing hangs; the history keeps it.

    Raises:
        NotAllowed: not of the coordinator.
        WrongState: baselines, targets or reported values hang on it, or it is gone.
        Stale: somebody else changed the link first.
        DomainError: reason or document lack.
    """
    present = _locked(link, by=by, on=on)
    require_seen(seen, present)
    with because(ground):
        try:
            present.delete()
        except ProtectedError as error:
            raise WrongState(
                _(
                    "Baselines, targets or reported values hang on this link, so it stays. "
                    "Claim a share of 0 % if the task no longer works for the indicator."
                )
            ) from error


@transaction.atomic
def set_link_value(
    *,
    link: IndicatorLink,
    period: TrialPeriod,
    kind: LinkValueKind,
    by: User,
    on: dt.date,
    values: Mapping[str, Any],
    ground: Ground,
    seen: str,
) -> LinkValue:
    """Record the baseline or target of a trial, in place of the one in force, which stays.

    Args:
        values: value, or numerator and denominator from which it is computed; unit; on, the day
            for which it holds; source and certainty.
        ground: of the first value a document or a source is enough; a change needs reason and
            document.
        seen: the mark of the value in force as it was read, of nothing where there is none.

    Raises:
        NotAllowed: not of the coordinator.
        WrongState: the evaluation of the trial was opened, or the link is gone.
        Stale: somebody else recorded a value first.
        DomainError: the value is half, does not fit its unit, differs in nothing, or rests on
            nothing.
    """
    present_link = _locked(link, by=by, on=on)
    present_period = TrialPeriod.objects.get(pk=period.pk, task=present_link.task_id)
    _require_unevaluated(present_period)
    in_force = list(present_link.values.filter(trial_period=present_period, replaced_at=None))
    present = next((row for row in in_force if row.kind == kind), None)
    require_seen(seen, *([present] if present else []))
    given = {**values, "unit": nfc(values["unit"].strip())}
    given |= {"value": _amount(given)}
    _require_unit_of_the_other(given["unit"], [row for row in in_force if row.kind != kind])
    row = LinkValue(
        link=present_link,
        trial_period=present_period,
        kind=kind,
        reason=ground.reason.strip(),
        entered_by=by,
    )
    if present is None:
        _require_origin(given, ground)
    else:
        require_changed(present, given)
    with because(ground) if present else by_document(ground.document) as document:
        row.document = document
        given["source"] = given["source"] or (document.as_source if document else "")
        if present:
            present.replaced_at = timezone.now()
            present.save(update_fields=["replaced_at", "updated_at"])
        write(row, given, fields=VALUE_FIELDS)
    return row


def share_left(sub_indicator: SubIndicator, *, but: IndicatorLink | None = None) -> Decimal:
    """The percentage of a sub-indicator's change that no task (but one) has claimed."""
    claimed = IndicatorLink.objects.filter(sub_indicator=sub_indicator, share__isnull=False)
    if but is not None:
        claimed = claimed.exclude(pk=but.pk)
    shares = claimed.order_by("pk").values_list("share", flat=True)
    left = calc.add_up(
        [calc.known(WHOLE), *(calc.known(-share) for share in shares if share is not None)]
    )
    return left.number or Decimal(0)


def _locked(link: IndicatorLink, *, by: User, on: dt.date) -> IndicatorLink:
    """The link as it is now, its task locked, once it is sure that the person may change it.

    Raises:
        WrongState: it was taken away meanwhile.
    """
    task = locked_task(link.task)
    require_right("change_set_up", task.programme, by=by, on=on)
    found = IndicatorLink.objects.select_for_update(of=("self",)).select_related("sub_indicator")
    present = found.filter(pk=link.pk).first()
    if present is None:
        raise WrongState(_("This link was taken away meanwhile."))
    return present


def _require_share_free(
    sub_indicator: SubIndicator, share: Decimal | None, *, but: IndicatorLink | None = None
) -> None:
    """Shares of one sub-indicator never exceed 100 %, whichever tasks claim them at once.

    The sub-indicator's row is the queue: every claim locks its task first and this row second.
    """
    if share is None:
        return
    _lock_claims(sub_indicator)
    left = share_left(sub_indicator, but=but)
    if share > left:
        sentence = _(
            "Other tasks claim the rest of this sub-indicator's change: at most %(left)s are left."
        ) % {"left": percent(left)}
        raise DomainError(sentence, fields={"share": sentence})


def _lock_claims(sub_indicator: SubIndicator) -> None:
    SubIndicator.objects.select_for_update(no_key=True).get(pk=sub_indicator.pk)


def _require_direction_free(link: IndicatorLink) -> None:
    evaluated = link.values.filter(trial_period__evaluation_opened_on__isnull=False)
    if evaluated.exists():
        raise WrongState(
            _("A trial was evaluated by this link, so its direction stays; the rest can change.")
        )


def _require_unevaluated(period: TrialPeriod) -> None:
    if period.stands:
        raise WrongState(
            _(
                "The evaluation of this trial was opened on %(day)s: its baselines and targets "
                "stand as they are."
            )
            % {"day": day(period.evaluation_opened_on)}
        )


def _require_origin(values: Mapping[str, Any], ground: Ground) -> None:
    if ground.document is None and not values["source"].strip():
        sentence = _("Say where the value is from: name the source or choose a document.")
        raise DomainError(sentence, fields={"source": sentence})


def _require_unit_of_the_other(unit: str, others: list[LinkValue]) -> None:
    """A share and a count lie on no common line, so nothing could be said of the way between."""
    for other in others:
        is_ratio = {given: given in calc.RATIO_UNITS for given in (unit, other.unit)}
        if unit != other.unit and any(is_ratio.values()):
            sentence = _("The %(kind)s is recorded in “%(unit)s”: give both in one unit.") % {
                "kind": other.get_kind_display(),
                "unit": other.unit or "–",
            }
            raise DomainError(sentence, fields={"unit": sentence})


def _amount(values: Mapping[str, Any]) -> Decimal:
    """The value, or what its numerator and denominator make.

    Raises:
        DomainError: nothing, half or too much was given, or it is no share.
    """
    unit, value = values["unit"], values.get("value")
    numerator, denominator = values.get("numerator"), values.get("denominator")
    if numerator is None and denominator is None:
        if value is None:
            _refuse("value", _("Give the value, or numerator and denominator."))
        if unit in calc.RATIO_UNITS and value < 0:
            _refuse("value", _("A share is never negative."))
        return Decimal(value)
    if value is not None:
        _refuse("value", _("Leave it empty: it is computed from numerator and denominator."))
    return _share(numerator, denominator, unit)


def _share(numerator: Decimal | None, denominator: Decimal | None, unit: str) -> Decimal:
    if numerator is None or denominator is None:
        lacking = "numerator" if numerator is None else "denominator"
        _refuse(lacking, _("Numerator and denominator come together."))
    if denominator <= 0:
        _refuse("denominator", _("The denominator is greater than 0."))
    if numerator < 0:
        _refuse("numerator", _("A share is never negative."))
    if unit not in calc.RATIO_UNITS:
        _refuse("unit", _("A value of numerator and denominator has the unit %."))
    return ratio_of(numerator, denominator, unit) or Decimal(0)


def _refuse(field: str, sentence: str) -> NoReturn:
    raise DomainError(sentence, fields={field: sentence})
