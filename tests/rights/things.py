"""What addresses of setting up, of the account and of administering are about: one of each kind.

Rows that whoever may can write at once: a period without an evaluation, an account that is locked.
"""

import datetime as dt

from allauth.usersessions.models import UserSession
from django.utils import timezone

from dti_tracker.shared.time import today
from indicators.models import IndicatorDuty
from organisations.choices import Role
from organisations.models import (
    CalendarDay,
    CorrectionRequest,
    Delegation,
    Document,
    Membership,
    Organisation,
    User,
)
from programmes.models import ExtensionRequest, InspectionMandate, SavedView, TaskDuty
from tests.builders import (
    LONG_AGO,
    make_commitment,
    make_link,
    make_milestone,
    make_organisation,
    make_sub_indicator,
    make_succession,
    make_token,
    make_trial_period,
    make_user,
)
from tests.rights.cast import Cast
from tests.rights.oracle import TASKS, Target
from tests.rights.things_evidence import add_evidence

DOCUMENT = "quyet-dinh-cua-vong-di"
# Tasks whose set-up is walked, of the two programmes.
SET_UP_AT = ("shared", "elsewhere")
# Bodies that nobody of the cast is of: whoever takes a duty over takes none of the cast's away.
HEIR, ENTERPRISE = "sgtvt", "fpt"


def add_things(cast: Cast) -> None:
    """One of each kind that `routes.csv` names and the tasks do not bring."""
    Document.objects.create(
        key=DOCUMENT, kind="QĐ", number_code="9/QĐ", subject="Về vòng đi", issued_on=LONG_AGO
    )
    _add_bodies(cast)
    _add_people(cast)
    _add_delegations(cast)
    _add_access(cast)
    for name in SET_UP_AT:
        _add_set_up(cast, name)
        _add_changes(cast, name)
    _add_mandate(cast)
    _add_indicator(cast)
    add_evidence(cast)
    day = CalendarDay.objects.create(
        day=today() + dt.timedelta(days=5), name="Nghỉ bù", source="Công văn"
    )
    cast.add("calendar_day", "ahead", day)


def _add_bodies(cast: Cast) -> None:
    cast.bodies[HEIR] = make_organisation(HEIR)
    cast.bodies[ENTERPRISE] = make_organisation(ENTERPRISE, kind="enterprise_unit")
    for code in (HEIR, "stp"):
        cast.add("body", code, cast.bodies[code])
    day = today() + dt.timedelta(days=400)
    step = make_succession(make_organisation("se-giai-the"), make_organisation("se-nhan"), day)
    cast.add("succession", "ahead", step)


def _add_people(cast: Cast) -> None:
    """People in use, locked and disabled; of the lead, of another body, and of none."""
    for name, code in (("nguoi.sct", "sct"), ("nguoi.stc", "stc"), ("nguoi.khong", "")):
        user = _person(cast, name, code)
        cast.add("person", name, user)
        for position in user.memberships.all():
            cast.add("position", name, position, at={"username": name, "pk": position.pk})
    disabled = _person(cast, "thoi.sct", "sct", is_active=False)
    cast.add("disabled_person", disabled.username, disabled)
    long_ago = timezone.now() - dt.timedelta(days=300)
    for name, code in (("khoa.sct", "sct"), ("khoa.skhcn", "skhcn"), ("khoa.khong", "")):
        locked = _person(
            cast, name, code, date_joined=long_ago, last_seen_on=long_ago.date(), password="x"
        )
        cast.add("dormant_person", name, locked)
        cast.add("colleague", name, locked, body=code)


def _person(cast: Cast, username: str, code: str, **fields: object) -> User:
    user = make_user(username, **fields)
    if code:
        _seat(user, cast.bodies[code])
    return user


def _seat(user: User, body: Organisation) -> None:
    Membership.objects.create(user=user, organisation=body, position="staff", valid_from=LONG_AGO)


def _add_delegations(cast: Cast) -> None:
    """Those of the cast; and in each body that somebody of it heads one who may act next."""
    for found in Delegation.objects.select_related("delegator", "delegate"):
        giver, taker = found.delegator.username, found.delegate.username
        cast.add("delegation", giver, found, owner=giver, holder=taker)
    for body in ("sct", "skhcn", "ppc"):
        _person(cast, helper_in(body), body)


def helper_in(body: str) -> str:
    """Who may act for a head of a body."""
    return f"giup.{body}"


def _add_access(cast: Cast) -> None:
    """Tokens, an account of a program, sessions, requests to correct data."""
    program = make_user("svc-vong-di", is_service=True)
    _seat(program, cast.bodies["sct"])
    cast.add("service_account", program.username, program)
    for name in ("lead_staff", "moved"):
        person = cast.people[name]
        token, _secret = make_token(person)
        cast.add("token", name, token, owner=name)
        cast.add("any_token", name, token)
        asked = CorrectionRequest.objects.create(
            user=person, text=f"SUA-{name}", due_on=today() + dt.timedelta(days=2)
        )
        cast.add("correction", name, asked)
        cast.secrets[asked.text] = Target("personal", name, owner=name)
        session = UserSession.objects.create(
            user=person, ip="127.0.0.1", session_key=f"phien-{name}", user_agent="Firefox"
        )
        cast.add("session", name, session, owner=name)
        view = SavedView.objects.create(user=person, name=f"LOC-{name}", query="search=cong")
        cast.add("saved_view", name, view, owner=name)
        cast.secrets[view.name] = Target("personal", name, owner=name)
    token, _secret = make_token(program)
    cast.add("any_token", program.username, token)


def _add_set_up(cast: Cast, name: str) -> None:
    """A period to come with what hangs on it, a criterion, a duty that may end."""
    task, duties = cast.tasks[name], TASKS[name]
    code = duties.programme
    criterion = task.programme.criteria.get(code="c2")
    cast.add("criterion", code, criterion, task=name, at={"code": code, "criterion": "c2"})
    period = make_trial_period(
        task, today() + dt.timedelta(days=200), today() + dt.timedelta(days=300)
    )
    cast.add("period", name, period, task=name)
    milestone = make_milestone(period, today() + dt.timedelta(days=250))
    cast.add("milestone", name, milestone, task=name)
    for firm in duties.partners:
        text = f"HEN-{name}-{firm}"
        promise = make_commitment(period, cast.bodies[firm], content=text)
        cast.add("commitment", text, promise, task=name, state="submitted", body=firm)
        cast.secrets[text] = Target("commitment", text, name, "submitted", firm)
    duty = TaskDuty.objects.create(
        task=task, role=Role.COOPERATING, organisation=cast.bodies[HEIR], valid_from=LONG_AGO
    )
    cast.add("task_duty", name, duty, task=name, at={"code": task.code, "duty": duty.pk})


def _add_changes(cast: Cast, name: str) -> None:
    """A link without values, the target of a trial to come, more time asked for an older trial."""
    task = cast.tasks[name]
    link = make_link(task)
    cast.add("link", name, link, task=name)
    number = task.trial_periods.get(starts_on__gt=today()).number
    at = {"uid": link.uid, "number": number, "kind": "target"}
    cast.add("link_value", name, link, task=name, at=at)
    older = make_trial_period(
        task, today() - dt.timedelta(days=800), today() - dt.timedelta(days=700)
    )
    request = ExtensionRequest.objects.create(
        trial_period=older,
        organisation=cast.bodies[TASKS[name].lead],
        ends_on=today() - dt.timedelta(days=600),
        reason=f"GIAHAN-{name}",
        asked_by=cast.people["coordinator_author"],
    )
    target = cast.add("extension", name, request, task=name)
    cast.secrets[request.reason] = target


def _add_mandate(cast: Cast) -> None:
    mandate = InspectionMandate.objects.get(inspector=cast.people["inspector"])
    cast.add("mandate", "inspector", mandate)


def _add_indicator(cast: Cast) -> None:
    """The indicator of the shared task that another body owns."""
    indicator = make_sub_indicator()
    make_link(cast.tasks["shared"], indicator)
    IndicatorDuty.objects.create(
        sub_indicator=indicator,
        role=Role.INDICATOR_OWNER,
        organisation=cast.bodies["cct"],
        valid_from=LONG_AGO,
    )
