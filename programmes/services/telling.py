"""Notices about progress reports, in Vietnamese whoever causes them."""

import datetime as dt

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from organisations.models import Organisation, User
from organisations.notices import people_of, tell
from programmes.models import ProgressUpdate


def tell_of_entry(update: ProgressUpdate, *, on: dt.date) -> None:
    """The lead learns what the coordinator entered for it, so that it can confirm or dispute it."""
    with translation.override(settings.LANGUAGE_CODE):
        words = _("The coordinator entered a progress report for you on task %(code)s: confirm it.")
        text = words % {"code": update.task.code}
    people = people_of(update.organisation, on=on)
    tell(people, cause=f"entered:{update.uid}", text=text, url=address_of(update))


def tell_of_return(update: ProgressUpdate) -> None:
    """Who wrote a report learns that it came back, and why."""
    with translation.override(settings.LANGUAGE_CODE):
        text = _("Your progress report on task %(code)s was returned: %(remarks)s") % {
            "code": update.task.code,
            "remarks": update.remarks,
        }
    people = User.objects.filter(pk__in=update.author_ids, is_service=False)
    tell(people, cause=f"returned:{update.uid}", text=text, url=address_of(update))


def tell_of_dispute(
    update: ProgressUpdate, coordinator: Organisation | None, *, on: dt.date
) -> None:
    """The coordinator learns that the lead does not agree with what was entered for it."""
    if coordinator is None or update.answered_at is None:
        return
    with translation.override(settings.LANGUAGE_CODE):
        text = _("%(body)s disputes the report entered for it on task %(code)s: %(note)s") % {
            "body": update.organisation.short_name,
            "code": update.task.code,
            "note": update.owner_note,
        }
    cause = f"disputed:{update.uid}:{update.answered_at.isoformat()}"
    tell(people_of(coordinator, on=on), cause=cause, text=text, url=address_of(update))


def address_of(update: ProgressUpdate) -> str:
    """Where a report is read: its place on the page of its task."""
    page = reverse("programmes:task_detail", args=[update.task.code])
    return f"{page}#update-{update.uid}"
