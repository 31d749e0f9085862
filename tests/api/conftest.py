"""A small province for the API's tests: two programmes' worth of bodies and people."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from dti_tracker.shared.time import today
from organisations.models import Organisation, User
from programmes.models import Programme, Task
from tests.builders import (
    make_link,
    make_link_value,
    make_measurement,
    make_member,
    make_milestone,
    make_organisation,
    make_programme,
    make_sub_indicator,
    make_task,
    make_trial_period,
    make_update,
    make_user,
)

JSON = "application/json"


@dataclass
class Province:
    """Bodies and people; tasks are added by each test."""

    committee: Organisation
    coordinator: Organisation
    lead: Organisation
    vnpt: Organisation
    viettel: Organisation
    programme: Programme

    def person(self, body: str, position: str = "staff") -> User:
        return make_member(getattr(self, body), position)

    def task(self, *partners: str, **fields: Any) -> Task:
        """A task with a running trial, a milestone, an accepted update and an indicator."""
        task = make_task(
            fields.pop("programme", self.programme),
            lead=self.lead,
            partners=tuple(getattr(self, name) for name in partners or ("vnpt",)),
            **fields,
        )
        day = today()
        period = make_trial_period(
            task,
            day - dt.timedelta(days=100),
            day + dt.timedelta(days=100),
            territory=self.committee,
        )
        make_milestone(period, day + dt.timedelta(days=10))
        make_update(task, day - dt.timedelta(days=20))
        link = make_link(task, make_sub_indicator())
        make_link_value(link, period, "baseline", 20)
        make_link_value(link, period, "target", 40)
        make_measurement(
            link.sub_indicator, day - dt.timedelta(days=20), 30, territory=self.committee
        )
        return task


@pytest.fixture
def province(db: None) -> Province:
    committee = make_organisation("ubnd-gl", kind="committee")
    coordinator = make_organisation("skhcn")
    return Province(
        committee=committee,
        coordinator=coordinator,
        lead=make_organisation("sct"),
        vnpt=make_organisation("vnpt-gl", kind="enterprise_unit"),
        viettel=make_organisation("viettel-gl", kind="enterprise_unit"),
        programme=make_programme("GL-2023", coordinator=coordinator, authority=committee),
    )


@pytest.fixture
def sign_in():
    """A client with the session of a person; English answers unless said otherwise."""

    def signed_in(user: User, language: str = "en", **defaults: Any) -> Client:
        client = Client(headers={"accept-language": language}, **defaults)
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def staff(province, sign_in):
    """A specialist of the department that leads every task here."""
    return sign_in(province.person("lead"))


@pytest.fixture
def administrator(db, sign_in):
    return sign_in(make_user(is_administrator=True))
