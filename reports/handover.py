"""Which open evaluations change desks when a body takes over from another."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from organisations.selectors import Successions
from organisations.succession_preview import DeskChange, register
from organisations.templatetags.ui import named
from reports.choices import EvaluationState
from reports.desks import body_with
from reports.models import Evaluation
from reports.selectors.desks import DESKS, with_desks


@register
def evaluations_on_other_desks(
    before: Successions, after: Successions, on: dt.date
) -> list[DeskChange]:
    """Evaluations by the name of their task, without their content. Three queries."""
    found = []
    for evaluation in with_desks(Evaluation.objects.filter(state__in=DESKS)):
        role, _purpose = DESKS[EvaluationState(evaluation.state)]
        old = body_with(role, evaluation, before, on=on)
        new = body_with(role, evaluation, after, on=on)
        if old != new:
            task = evaluation.trial_period.task
            subject = f"{task.code} {named(task)}"
            found.append(DeskChange(subject, _("evaluation"), old, new))
    return found
