"""More time for a trial: the lead asks, coordinator or authority decides; never who asked.

What is granted is a new trial period that follows on the old one; nothing is overwritten.
"""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dti_tracker.shared.errors import DomainError, WrongState
from dti_tracker.shared.text import nfc
from organisations.capacity import acting_for
from organisations.choices import Certainty, Role
from organisations.models import Document, Organisation, User
from organisations.notices import people_of, tell
from organisations.relations import holders
from organisations.rights import allowed, require
from organisations.selectors import Standing
from organisations.services.documents import NewDocument
from organisations.templatetags.ui import day, moment
from programmes.choices import ExtensionState
from programmes.models import ExtensionRequest, Task, TrialPeriod
from programmes.relations import coordinator_of, extension_relations, lead_of, task_relations
from programmes.services.duties import DAY
from programmes.services.grounds import by_document, locked_task, require_seen
from programmes.services.periods import next_number, require_no_overlap

ASKED = gettext_lazy("%(body)s asks for more time for task %(task)s: until %(day)s.")
GRANTED = gettext_lazy("More time for task %(task)s was granted: the trial goes on until %(day)s.")
REFUSED = gettext_lazy("More time for task %(task)s was refused: the last day stays %(day)s.")


@transaction.atomic
def ask_extension(
    *,
    period: TrialPeriod,
    ends_on: dt.date,
    reason: str,
    by: User,
    on: dt.date,
    document: Document | NewDocument | None = None,
) -> ExtensionRequest:
    """Ask, for the lead, that a trial goes on until a later day.

    Raises:
        NotAllowed: the person is not of the lead, or only its clerk.
        WrongState: the trial has not begun, is concluded or extended, or somebody asked already.
        DomainError: the day does not lie after the last one, or the reason lacks.
    """
    task = locked_task(period.task)
    standing = Standing.of(by, on=on)
    require(allowed("ask_extension", task_relations(task, standing)))
    present = TrialPeriod.objects.get(pk=period.pk)
    require_extendable(present, on=on)
    _require_nothing_open(present)
    if not reason.strip():
        sentence = _("Say why the trial needs more time.")
        raise DomainError(sentence, fields={"reason": sentence})
    _require_days(task, present, ends_on)
    lead = lead_of(task, successions=standing.successions, on=on)
    if lead is None:  # cannot be: who may ask is of the lead
        raise WrongState(_("Nobody leads this task."))
    with by_document(document) as letter:
        request = ExtensionRequest.objects.create(
            trial_period=present,
            organisation=lead,
            ends_on=ends_on,
            reason=nfc(reason.strip()),
            document=letter,
            asked_by=by,
        )
    _tell_deciders(request, task, standing)
    return request


@transaction.atomic
def withdraw_extension(*, request: ExtensionRequest, by: User, on: dt.date) -> ExtensionRequest:
    """Take back, for the lead, what nobody decided on yet; the request stays in the history.

    Raises:
        NotAllowed: the person is not of the lead, or only its clerk.
        WrongState: it was decided on or withdrawn already.
    """
    task, present = _locked(request)
    require(allowed("ask_extension", task_relations(task, Standing.of(by, on=on))))
    _require_open(present)
    present.state = ExtensionState.WITHDRAWN
    present.save()
    return present


@transaction.atomic
def grant_extension(
    *,
    request: ExtensionRequest,
    ends_on: dt.date,
    by: User,
    on: dt.date,
    document: Document | NewDocument | None,
    seen: str,
    remarks: str = "",
) -> TrialPeriod:
    """Let a trial go on: a new period from the day after the old one's last day.

    Args:
        ends_on: the day granted, which may differ from the one asked for.
        seen: the mark of the request and its period as they were read.

    Raises:
        NotAllowed: neither coordinator nor authority, or the person asked for it.
        WrongState: it was decided on already, or the trial is concluded or extended.
        Stale: somebody else changed the days of the trial first.
        DomainError: the document lacks, or the day does not fit.
    """
    task, present, standing = _decided(request, by=by, on=on, seen=seen)
    period = present.trial_period
    require_extendable(period, on=on)
    if document is None:
        sentence = _("Choose the document by which the extension is granted, or enter it.")
        raise DomainError(sentence, fields={"document": sentence})
    starts_on = _require_days(task, period, ends_on)
    with by_document(document) as decision:
        granted = TrialPeriod.objects.create(
            task=task,
            number=next_number(task.trial_periods.all()),
            starts_on=starts_on,
            ends_on=ends_on,
            territory=_territory(task, standing, on=starts_on) or period.territory,
            document=decision,
            extends=period,
            certainty=Certainty.ENTERED,
            source=decision.as_source if decision else "",
        )
        present.state, present.remarks = ExtensionState.GRANTED, nfc(remarks.strip())
        present.decision, present.granted_period = decision, granted
        present.save()
    _tell_lead(present, GRANTED, task, ends_on, standing)
    return granted


@transaction.atomic
def refuse_extension(
    *, request: ExtensionRequest, remarks: str, by: User, on: dt.date, seen: str
) -> ExtensionRequest:
    """Leave a trial's last day as it is, and say why.

    Raises:
        NotAllowed: neither coordinator nor authority, or the person asked for it.
        WrongState: it was decided on or withdrawn already.
        Stale: somebody else changed the days of the trial first.
        DomainError: no remarks were given.
    """
    task, present, standing = _decided(request, by=by, on=on, seen=seen)
    if not remarks.strip():
        sentence = _("Say why the extension is refused.")
        raise DomainError(sentence, fields={"remarks": sentence})
    present.state, present.remarks = ExtensionState.REFUSED, nfc(remarks.strip())
    present.save()
    _tell_lead(present, REFUSED, task, present.trial_period.ends_on, standing)
    return present


def why_not_extendable(period: TrialPeriod, periods: Iterable[TrialPeriod], *, on: dt.date) -> str:
    """Why a trial among those of its task cannot go on for longer; "" where it can."""
    if period.starts_on is None or period.starts_on > on:
        return _("This trial has not begun: the coordinator changes its days instead.")
    if period.is_closed:
        return _("This trial was concluded on %(day)s; a new one is planned instead.") % {
            "day": day(period.concluded_on)
        }
    if any(other.extends_id == period.pk for other in periods):
        return _("This trial was extended already; ask for the period that follows on it.")
    return ""


def require_extendable(period: TrialPeriod, *, on: dt.date) -> None:
    """Raises WrongState where a trial is not one that has begun and can go on."""
    of_task = TrialPeriod.objects.filter(task_id=period.task_id)
    if sentence := why_not_extendable(period, of_task, on=on):
        raise WrongState(sentence)


def _locked(request: ExtensionRequest) -> tuple[Task, ExtensionRequest]:
    """Task and request as they are now; whoever decides or withdraws queues up here."""
    task = locked_task(request.trial_period.task)
    found = ExtensionRequest.objects.select_for_update(of=("self",))
    present = found.select_related("trial_period", "organisation").get(pk=request.pk)
    return task, present


def _decided(
    request: ExtensionRequest, *, by: User, on: dt.date, seen: str
) -> tuple[Task, ExtensionRequest, Standing]:
    """The locked request with who decides on it, once it is sure that they may do it now."""
    task, present = _locked(request)
    standing = Standing.of(by, on=on)
    require(allowed("grant_extension", extension_relations(present, task, standing)))
    _require_open(present)
    require_seen(seen, present, present.trial_period)
    own = task_relations(task, standing.as_themselves)
    acting = acting_for(
        _deciding_body(task, standing),
        standing,
        is_own_right=bool(allowed("grant_extension", own)),
    )
    present.decided_by, present.decided_at = by, timezone.now()
    present.decided_as, present.decided_for = acting.capacity, acting.on_behalf_of
    return task, present, standing


def _deciding_body(task: Task, standing: Standing) -> Organisation | None:
    """The body for which the person decides: coordinator, authority, or the authority's Office."""
    duties = task.programme.duties.all()
    found: list[Organisation] = []
    for role in (Role.COORDINATOR, Role.AUTHORITY):
        found += holders(duties, role, successions=standing.successions, on=standing.on)
    above = {body.pk for body in found}
    own = (standing.successions.organisations[key] for key in standing.positions)
    found += [body for body in own if body.is_office and body.parent_id in above]
    return next((body for body in found if standing.position_in(body.pk) is not None), None)


def _require_open(request: ExtensionRequest) -> None:
    if request.state != ExtensionState.OPEN:
        raise WrongState(
            _("This request is %(state)s since %(moment)s; nothing was changed.")
            % {"state": request.get_state_display(), "moment": moment(request.updated_at)}
        )


def _require_nothing_open(period: TrialPeriod) -> None:
    asked = period.extension_requests.filter(state=ExtensionState.OPEN).first()
    if asked is not None:
        raise WrongState(
            _("An extension until %(day)s was asked for on %(asked)s and is not decided yet.")
            % {"day": day(asked.ends_on), "asked": day(asked.created_at)}
        )


def _require_days(task: Task, period: TrialPeriod, ends_on: dt.date) -> dt.date:
    """The first day of what follows on a trial.

    Raises:
        DomainError: the last day is not a later one, or another period of the task lies there.
    """
    if period.ends_on is None or ends_on <= period.ends_on:
        sentence = _("The trial's last day is %(day)s; give a later one.") % {
            "day": day(period.ends_on)
        }
        raise DomainError(sentence, fields={"ends_on": sentence})
    starts_on = period.ends_on + DAY
    others = task.trial_periods.exclude(pk=period.pk)
    require_no_overlap(others, {"starts_on": starts_on, "ends_on": ends_on}, field="ends_on")
    return starts_on


def _territory(task: Task, standing: Standing, *, on: dt.date) -> Organisation | None:
    """The committee that holds the duty of authority on the first day."""
    duties = task.programme.duties.all()
    held = holders(duties, Role.AUTHORITY, successions=standing.successions, on=on)
    return next(iter(held), None)


def _tell_deciders(request: ExtensionRequest, task: Task, standing: Standing) -> None:
    """The coordinator's people learn what was asked; who asked knows it."""
    body = coordinator_of(task.programme, successions=standing.successions, on=standing.on)
    people = people_of(body, on=standing.on) if body else []
    others = [person for person in people if person != request.asked_by]
    _tell(request, others, ASKED, task, request.ends_on)


def _tell_lead(
    request: ExtensionRequest,
    sentence: Promise,
    task: Task,
    last_day: dt.date | None,
    standing: Standing,
) -> None:
    """The people of the body that leads now: of who asked, or of its successor."""
    lead = lead_of(task, successions=standing.successions, on=standing.on)
    people = people_of(lead or request.organisation, on=standing.on)
    others = [person for person in people if person != request.decided_by]
    _tell(request, others, sentence, task, last_day)


def _tell(
    request: ExtensionRequest,
    people: list[User],
    sentence: Promise,
    task: Task,
    last_day: dt.date | None,
) -> None:
    """In the language of the province, once."""
    names = {
        "body": request.organisation.short_name,
        "task": task.code,
        "day": day(last_day),
    }
    with translation.override(settings.LANGUAGE_CODE):
        text = str(sentence) % names
    page = reverse("programmes:extension", args=[request.uid])
    tell(people, cause=f"extension-{request.state}:{request.uid}", text=text, url=page)
