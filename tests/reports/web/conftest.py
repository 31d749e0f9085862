"""The people who open the pages, on a day in August 2024."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from organisations.models import Job, User
from reports.models import Evaluation, Report
from reports.services import generate
from tests.builders import make_inspector, make_member, make_organisation, make_user
from tests.reports.cast import Cast, make_cast, opened, submitted

NOW = dt.datetime(2024, 8, 12, 3, tzinfo=dt.UTC)
TODAY = NOW.date()


@dataclass
class People:
    """Everybody who may knock, by what they are to the evaluation."""

    cast: Cast
    leader: User
    office: User
    inspector: User
    stranger: User
    administrator: User

    def by_name(self, name: str) -> User:
        user: User = getattr(self.cast, name, None) or getattr(self, name)
        return user


@pytest.fixture
def day() -> Iterator[None]:
    """The morning of 12 August 2024 in Vietnam, eleven days after the opening."""
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def people(db: None, day: None) -> People:
    cast = make_cast()
    office = make_organisation("vp-ubnd", parent=cast.committee, is_office=True)
    return People(
        cast=cast,
        leader=make_member(cast.committee, "deputy", "leader"),
        office=make_member(office, "staff", "office"),
        inspector=make_inspector(cast.committee, cast.programme, "inspector"),
        stranger=make_member(make_organisation("sxd"), "staff", "stranger"),
        administrator=make_user("admin", is_administrator=True),
    )


@pytest.fixture
def evaluation(people: People) -> Evaluation:
    """Open, with its first draft waiting to be generated."""
    return opened(people.cast)


@pytest.fixture
def waiting(people: People) -> Evaluation:
    """Submitted to the coordinator."""
    return submitted(people.cast)


def client_of(user: User, language: str = "vi") -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    client.force_login(user)
    return client


def make_report(evaluation: Evaluation) -> Report:
    """The report of the evaluation's newest data, as the worker makes it."""
    snapshot = evaluation.snapshots.order_by("pk").last()
    assert snapshot is not None
    report = generate(Job.objects.get(subject=snapshot.uid).uid)
    assert report is not None
    return report
