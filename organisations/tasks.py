"""Celery's doors of this floor: letters that nobody waits for, and what is looked after daily."""

import uuid

from celery import shared_task
from django.utils import timezone

from dti_tracker.shared.time import today
from organisations import letters
from organisations.services import dormancy
from organisations.trail import sealing


@shared_task(name=letters.TASK)
def send_letter(uid: str) -> bool:
    """Send one letter of the outbox; a message that comes twice, late or never does no harm."""
    return letters.send(uuid.UUID(uid), now=timezone.now())


@shared_task(name="organisations.tasks.sweep_letters")
def sweep_letters() -> int:
    """Wake the broker for letters that wait too long."""
    return letters.sweep(now=timezone.now())


@shared_task(name="organisations.tasks.warn_idle_people")
def warn_idle_people() -> int:
    """Warn whose account is about to be locked; missed days are made up, nobody is warned twice."""
    return dormancy.warn_idle(on=today())


@shared_task(name="organisations.tasks.seal_trail")
def seal_trail() -> int:
    """Seal the new lines of the trail; how many. A missed run is made up for by the next one."""
    made = sealing.seal()
    return made.count if made else 0
