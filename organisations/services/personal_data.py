"""Corrections of personal data: asked for by the person, answered by an administrator.

Law 91/2025 on personal data: whoever is asked acknowledges within two working days.
"""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from dti_tracker.shared.errors import DomainError, WrongState
from dti_tracker.shared.time import day_of
from organisations.choices import CorrectionState
from organisations.duties import require_set_up
from organisations.models import CorrectionRequest, User
from organisations.notices import administrators, tell
from organisations.relations import general_relations
from organisations.rights import allowed, require
from organisations.selectors import Standing
from organisations.working_days import add_working_days

ASK, ANSWER = "manage_own_account", "manage_people"
WORKING_DAYS = 2
MOST_OPEN = 5


@transaction.atomic
def request_correction(*, person: User, text: str, on: dt.date) -> CorrectionRequest:
    """Ask to have data about oneself corrected; the administrators are told. A form that is sent
    twice asks once.

    Raises:
        NotAllowed: by the table.
        DomainError: nothing was written, or too many requests wait already.
    """
    person = User.objects.select_for_update().get(pk=person.pk)
    require(allowed(ASK, general_relations(Standing.of(person, on=on))))
    if not text.strip():
        sentence = _("Say what is wrong and what is right.")
        raise DomainError(sentence, fields={"text": sentence})
    waiting = person.correction_requests.filter(state=CorrectionState.OPEN)
    if same := waiting.filter(text=text.strip()).first():
        return same
    if waiting.count() >= MOST_OPEN:
        raise DomainError(
            _("%(count)s of your requests wait for an answer; ask again after that.")
            % {"count": MOST_OPEN}
        )
    asked = CorrectionRequest.objects.create(
        user=person, text=text.strip(), due_on=add_working_days(on, WORKING_DAYS)
    )
    with translation.override(settings.LANGUAGE_CODE):
        sentence = _("%(person)s asks for a correction of personal data, to be answered by %(day)s")
        told = sentence % {"person": person.full_name, "day": f"{asked.due_on:%d/%m/%Y}"}
    url = reverse("organisations:setup_correction", args=[asked.pk])
    tell(administrators(), cause=f"correction:{asked.pk}", text=told, url=url)
    return asked


@transaction.atomic
def answer_correction(
    *, request: CorrectionRequest, answer: str, by: User, now: dt.datetime
) -> CorrectionRequest:
    """Answer once; the person is told.

    Raises:
        NotAllowed: `by` does not administer people.
        WrongState: somebody answered already.
        DomainError: nothing was written.
    """
    require_set_up(ANSWER, by=by, on=day_of(now))
    locked = CorrectionRequest.objects.select_for_update(of=("self",)).select_related("user")
    asked = locked.get(pk=request.pk)
    if asked.state != CorrectionState.OPEN:
        raise WrongState(_("This request has been answered already."))
    if not answer.strip():
        sentence = _("Say what was corrected, or why not.")
        raise DomainError(sentence, fields={"answer": sentence})
    asked.state, asked.answer = CorrectionState.ANSWERED, answer.strip()
    asked.answered_by, asked.answered_at = by, now
    asked.save()
    with translation.override(settings.LANGUAGE_CODE):
        told = _("Your request to correct data about you has been answered")
    url = reverse("organisations:data")
    tell([asked.user], cause=f"correction-answered:{asked.pk}", text=told, url=url)
    return asked
