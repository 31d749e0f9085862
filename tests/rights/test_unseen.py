"""What somebody sees is the same, byte for byte, whether or not there are rows they may not see."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import zip_longest

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dti_tracker.shared.time import today
from organisations.models import CorrectionRequest, Delegation, Membership, Notice, User
from programmes.models import Commitment, ProgressUpdate, Task
from tests.builders import (
    make_commitment,
    make_mandate,
    make_member,
    make_milestone,
    make_task,
    make_token,
    make_trial_period,
    make_update,
    make_user,
)
from tests.rights.cast import Cast
from tests.rights.walking import body_of, undone

pytestmark = pytest.mark.django_db
# New with every answer, whatever is in the database.
FRESH = re.compile(
    r'(name="(?:csrfmiddlewaretoken|uid)" value="|nonce="|"csrf_token": "|X-CSRFToken\W+|"made_at": ")[^"&]*'
)
PLACES = (
    "/tasks/",
    "/tasks/?search=vu",
    "/tasks/?search=GL&page=2",
    "/tasks/GL-shared/",
    "/dashboard/",
    "/evaluations/",
    "/reports/",
    "/notices/",
    "/api/v1/tasks/",
    "/api/v1/tasks/?search=vu&ordering=-updated_at",
    "/api/v1/tasks/GL-shared/",
    "/api/v1/programmes/",
    "/api/v1/programmes/GL-2023/",
    "/api/v1/programmes/GL-2023/status/",
    "/api/v1/evaluations/",
    "/api/v1/reports/",
    "/account/",
    "/account/data/",
    "/account/data/export/",
    "/account/tokens/",
    "/account/delegations/",
    "/account/colleagues/",
    "/guide/rights/",
    "/trail/",
    "/trail/?words=vu",
    "/trail/task/GL-shared/",
    "/trail/programme/GL-2023/",
    "POST /trail/export/",
    "/setup/",
    "/setup/programmes/",
    "/setup/programmes/GL-2023/",
    "/setup/tasks/GL-shared/",
    "/setup/tasks/GL-shared/lead/",
    "/setup/people/",
    "/setup/organisations/",
    "/setup/service-accounts/",
    "/setup/tokens/",
    "/setup/corrections/",
    "/setup/mandates/",
    "/setup/unknown-dates/",
)
FEW = settings(
    max_examples=2,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@dataclass(frozen=True)
class Rows:
    """Rows that a body might add: promises, reports in some state, and tasks of its own."""

    promises: int
    state: str
    tasks: int


ROWS = st.builds(
    Rows,
    promises=st.integers(1, 3),
    state=st.sampled_from(["draft", "submitted", "accepted"]),
    tasks=st.integers(1, 2),
)


def seen(cast: Cast, viewer: str) -> dict[str, str]:
    """Every list, count, search, choice and export that somebody can read, without what is fresh."""
    client = cast.clients[viewer]
    found = {}
    for place in PLACES:
        with undone():
            verb, _blank, path = place.rpartition(" ")
            answer = client.post(path) if verb else client.get(path)
            text = FRESH.sub(r"\1", body_of(answer))
            found[place] = f"{answer.status_code} {text}"
    return found


def leaks(cast: Cast, viewer: str, add: Callable[[], None]) -> Iterator[str]:
    """The places where somebody sees a difference when rows are added."""
    before = seen(cast, viewer)
    with undone():
        add()
        after = seen(cast, viewer)
    for place in PLACES:
        if before[place] != after[place]:
            yield f"{place} {where(before[place], after[place])}"


def where(one: str, other: str) -> str:
    """The first characters that differ, with a little around them."""
    pairs = enumerate(zip_longest(one, other))
    first = next(number for number, (mine, theirs) in pairs if mine != theirs)
    part = slice(max(first - 60, 0), first + 40)
    return f"{one[part]!r} / {other[part]!r}"


def rivals_rows(cast: Cast, rival: str, rows: Rows) -> None:
    """What a firm promises and reports on the shared task, and tasks in which it alone is partner."""
    shared, body = cast.tasks["shared"], cast.bodies[rival]
    for _ in range(rows.promises):
        make_commitment(
            shared.trial_periods.get(number=1), body, content="Của riêng một doanh nghiệp"
        )
    make_update(
        shared,
        today() - dt.timedelta(days=5),
        organisation=body,
        state=rows.state,
        submitted_at=None if rows.state == "draft" else dt.datetime.now(dt.UTC),
        author=make_user(),
    )
    for _ in range(rows.tasks):
        task = make_task(
            cast.programmes["GL-2023"], lead=cast.bodies["sxd"], partners=(body,), name="Bí mật vụ"
        )
        period = make_trial_period(task, today(), today() + dt.timedelta(days=90))
        make_milestone(period, today() + dt.timedelta(days=9))
        make_update(task, today() - dt.timedelta(days=5), author=make_user())


def drafts(cast: Cast, rows: Rows) -> None:
    """Drafts of other departments, and of the firms."""
    for name, body in (("vnpt_only", "sxd"), ("shared", "sct"), ("shared", "vnpt")):
        make_update(
            cast.tasks[name],
            today() - dt.timedelta(days=rows.promises),
            organisation=cast.bodies[body],
            state="draft",
            submitted_at=None,
            reviewed_at=None,
            author=make_user(),
        )


def elsewhere(cast: Cast) -> None:
    """Work in a programme for which the inspector has no mandate."""
    task = make_task(cast.programmes["KHAC-2024"], lead=cast.bodies["sxd"], name="Bí mật vụ")
    period = make_trial_period(task, today(), today() + dt.timedelta(days=90))
    make_commitment(period, cast.bodies["vnpt"])
    make_update(task, today() - dt.timedelta(days=5), author=make_user())
    make_mandate(make_member(cast.bodies["thanhtra"], "inspector"), cast.programmes["KHAC-2024"])


def kept_by_others(cast: Cast) -> None:
    """What a person of the lead keeps for themselves, and lends."""
    person, days = cast.people["lead_clerk"], dt.timedelta(days=2)
    make_token(person)
    Notice.objects.create(user=person, cause="unseen", text="Bí mật vụ", url="/notices/")
    CorrectionRequest.objects.create(user=person, text="Bí mật vụ", due_on=today() + days)
    Delegation.objects.create(
        organisation=cast.bodies["sct"],
        delegator=cast.people["lead_deputy"],
        delegate=person,
        valid_from=today(),
        valid_to=today() + days,
        reason="Bí mật vụ",
    )


def people_of_others(cast: Cast) -> None:
    """People of another body, an account of a program in the own one, and what that has."""
    make_member(cast.bodies["stc"])
    program = make_member(cast.bodies["sct"])
    User.objects.filter(pk=program.pk).update(is_service=True)
    make_token(program)


@pytest.mark.parametrize(("viewer", "rival"), [("vnpt", "viettel"), ("viettel", "vnpt")])
@FEW
@given(rows=ROWS)
def test_a_firm_sees_the_same_without_the_rows_of_its_rival(cast, viewer, rival, rows):
    assert list(leaks(cast, viewer, lambda: rivals_rows(cast, rival, rows))) == []


@pytest.mark.parametrize("viewer", ["stranger", "coordinator_staff", "inspector"])
@FEW
@given(rows=ROWS)
def test_others_see_the_same_without_the_drafts_of_a_body(cast, viewer, rows):
    assert list(leaks(cast, viewer, lambda: drafts(cast, rows))) == []


def test_an_inspector_sees_the_same_without_other_programmes(cast):
    assert list(leaks(cast, "inspector", lambda: elsewhere(cast))) == []


@pytest.mark.parametrize("viewer", ["lead_staff", "lead_head", "stranger", "moved"])
def test_nobody_sees_what_others_keep_for_themselves(cast, viewer):
    assert list(leaks(cast, viewer, lambda: kept_by_others(cast))) == []


@pytest.mark.parametrize("viewer", ["lead_staff", "lead_head", "vnpt"])
def test_a_head_sees_and_chooses_the_people_of_the_own_body_alone(cast, viewer):
    assert list(leaks(cast, viewer, lambda: people_of_others(cast))) == []


@pytest.mark.parametrize("model", [Task, Commitment])
def test_a_list_that_shows_everything_is_found(cast, monkeypatch, model):
    """Twin: without the rule of visibility the rival's rows are seen."""
    monkeypatch.setattr(type(model.objects.all()), "visible_to", lambda self, standing: self)
    rows = Rows(promises=1, state="submitted", tasks=1)
    assert list(leaks(cast, "vnpt", lambda: rivals_rows(cast, "viettel", rows)))


def test_a_log_that_shows_every_programme_is_found(cast, monkeypatch):
    """Twin: without the rule of visibility the trail and its export tell of other programmes."""
    monkeypatch.setattr(type(Task.objects.all()), "visible_to", lambda self, standing: self)
    found = list(leaks(cast, "inspector", lambda: elsewhere(cast)))
    assert any(line.startswith("/trail/ ") for line in found)
    assert any(line.startswith("POST /trail/export/ ") for line in found)


def test_programs_among_the_people_to_choose_are_found(cast, monkeypatch):
    """Twin: accounts of programs stand among the colleagues and in the choice of a delegate."""
    monkeypatch.setattr(type(Membership.objects.all()), "of_people", lambda self: self)
    found = list(leaks(cast, "lead_head", lambda: people_of_others(cast)))
    assert [line.partition(" ")[0] for line in found] == [
        "/account/delegations/",
        "/account/colleagues/",
    ]


def test_a_draft_that_everybody_reads_is_found(cast, monkeypatch):
    """Twin: without the rule of visibility a stranger reads drafts."""
    monkeypatch.setattr(
        type(ProgressUpdate.objects.all()), "visible_to", lambda self, standing: self
    )
    rows = Rows(promises=1, state="draft", tasks=1)
    found = list(leaks(cast, "stranger", lambda: drafts(cast, rows)))
    assert any(line.startswith("/tasks/GL-shared/") for line in found)
