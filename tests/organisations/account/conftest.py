"""People with a password, and the gate that administrators meet outside the demo."""

import pytest

from tests.builders import make_member, make_organisation, make_user
from tests.organisations.account.factor_door import PASSWORD


@pytest.fixture
def someone():
    user = make_member(make_organisation())
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def administrator():
    user = make_user("quan-tri", is_administrator=True)
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def outside_demo(settings):
    settings.ADMINISTRATORS_NEED_SECOND_FACTOR = True
