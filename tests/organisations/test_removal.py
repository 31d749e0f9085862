"""A reset of the demo removes people whatever they left at the door."""

import pytest

from organisations.choices import SecurityEventKind
from organisations.models import ApiToken, SecurityEvent, User
from organisations.removal import remove
from organisations.security import record
from tests.builders import make_member, make_organisation, make_token

pytestmark = pytest.mark.django_db


def test_a_person_with_tokens_and_security_events_is_removed():
    person = make_member(make_organisation())
    make_token(person)
    record(SecurityEventKind.TOKEN_MADE, user=person)

    remove([User.objects.filter(pk=person.pk)])

    assert not ApiToken.objects.exists()
    kept = SecurityEvent.objects.get()
    assert (kept.user, kept.login) == (None, person.username)
