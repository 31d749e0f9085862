"""The cast of the walk: everybody who may knock, and one of everything that tasks bring.

What else an address can be about stands in `things.py`. Built once by plain rows; what somebody is
to what follows from `oracle.TASKS` and :data:`ACTORS`.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass, field, replace
from typing import Any

from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    record_authentication,
)
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.test import Client, RequestFactory
from django.utils import timezone

from dti_tracker.shared.time import today
from organisations.models import (
    ApiToken,
    Delegation,
    Document,
    Job,
    Membership,
    Notice,
    Organisation,
    User,
)
from organisations.models.tokens import digest_of, new_secret
from organisations.services import lock
from programmes.models import Criterion, Programme, ProgressUpdate, Task
from reports.models import CriterionFinding, Evaluation, EvaluationMove, Report, ReportFile
from reports.services.generation import freeze
from tests.builders import (
    LONG_AGO,
    make_commitment,
    make_mandate,
    make_milestone,
    make_organisation,
    make_programme,
    make_task,
    make_trial_period,
    make_update,
    make_user,
)
from tests.rights.oracle import COMMITTEE, OFFICE, TASKS, Actor, Target

ACTORS = (
    Actor("lead_staff", "sct"),
    Actor("lead_head", "sct", "head"),
    Actor("lead_deputy", "sct", "deputy"),
    Actor("lead_delegate", "sct", is_delegate=True),
    Actor("lead_clerk", "sct", "clerk"),
    Actor("cooperating", "ca"),
    Actor("vnpt", "vnpt"),
    Actor("viettel", "viettel"),
    Actor("indicator_owner", "cct"),
    Actor("coordinator_staff", "skhcn"),
    Actor("coordinator_head", "skhcn", "head"),
    Actor("coordinator_deputy", "skhcn", "deputy"),
    Actor("coordinator_delegate", "skhcn", is_delegate=True),
    Actor("coordinator_clerk", "skhcn", "clerk"),
    Actor("coordinator_author", "skhcn", is_author=True),
    Actor("coordinator_acceptor", "skhcn", is_acceptor=True),
    Actor("office", OFFICE),
    Actor("office_clerk", OFFICE, "clerk"),
    Actor("leader", COMMITTEE, "head"),
    Actor("leader_deputy", COMMITTEE, "deputy"),
    Actor("leader_delegate", COMMITTEE, is_delegate=True),
    Actor("inspector", "thanhtra", "inspector", mandates=frozenset({"GL-2023"})),
    Actor("inspector_without", "thanhtra", "inspector"),
    Actor("stranger", "stc"),
    Actor("administrator", is_administrator=True),
    Actor("administrator_staff", "sxd", is_administrator=True),
    Actor("moved"),
    Actor("dormant", door="shut"),
    Actor("disabled", door="shut"),
    Actor("anonymous", door="none"),
    Actor("token_status", "sct", door="token_status"),
    Actor("token_read", "sct", door="token_read"),
    Actor("token_write", "sct", door="token_write"),
    Actor("service_of_lead", "sct", door="token_write", is_service=True),
    Actor("service_of_coordinator", "skhcn", door="token_write", is_service=True),
)
# Whoever sits in no body today has once been a specialist of the lead.
ONCE_OF_THE_LEAD = {"moved", "disabled", "dormant"}
EVALUATION_STATES = (
    "open",
    "in_review",
    "submitted",
    "returned",
    "accepted",
    "issued",
    "forwarded",
    "concluded",
)
UPDATE_STATES = ("draft", "submitted", "accepted", "returned", "superseded")
KIND_OF_BODY = {COMMITTEE: "committee", "vnpt": "enterprise_unit", "viettel": "enterprise_unit"}
QUIET: dict[str, Any] = {"raise_request_exception": False}
CONCLUDED = {"outcome": "noted", "concluded_on": dt.date(2026, 1, 1)}


@dataclass
class Cast:
    """Everybody and everything, by name; `secrets` is what only some may read, by its text."""

    bodies: dict[str, Organisation] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    programmes: dict[str, Programme] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)
    targets: dict[str, list[Target]] = field(default_factory=dict)
    secrets: dict[str, Target] = field(default_factory=dict)

    def add(self, kind: str, name: str, key: Any, **fields: Any) -> Target:
        target = Target(kind, name, key=key, **fields)
        self.targets.setdefault(kind, []).append(target)
        return target


def make_cast() -> Cast:
    cast = Cast()
    with transaction.atomic():
        _add_bodies(cast)
        _add_people(cast)
        _add_tasks(cast)
        for name in TASKS:
            _add_updates(cast, name)
            _add_evaluation(cast, name)
        _add_notices(cast)
        _open_sessions(cast)
    return cast


def _add_bodies(cast: Cast) -> None:
    codes = {actor.body for actor in ACTORS if actor.body} | {"stp", "hdnd"}
    for code in sorted(codes - {OFFICE}):
        kind = KIND_OF_BODY.get(code, "department")
        cast.bodies[code] = make_organisation(code, kind=kind, name=f"Cơ quan {code}")
    cast.bodies[OFFICE] = make_organisation(OFFICE, parent=cast.bodies[COMMITTEE], is_office=True)


def _add_people(cast: Cast) -> None:
    for actor in ACTORS:
        if actor.door != "none":
            cast.people[actor.name] = _person(cast, actor)
    for head, delegate in (
        ("lead_head", "lead_delegate"),
        ("coordinator_head", "coordinator_delegate"),
        ("leader", "leader_delegate"),
    ):
        Delegation.objects.create(
            organisation=cast.people[head].memberships.get().organisation,
            delegator=cast.people[head],
            delegate=cast.people[delegate],
            valid_from=today() - dt.timedelta(days=3),
            valid_to=today() + dt.timedelta(days=3),
            reason="Đi công tác",
        )


def _person(cast: Cast, actor: Actor) -> User:
    idle = dt.timedelta(days=200 if actor.name == "dormant" else 0)
    person = make_user(
        actor.name,
        email=f"{actor.name.replace('_', '-')}@example.org",
        is_active=actor.name != "disabled",
        is_administrator=actor.is_administrator,
        is_service=actor.is_service,
        last_seen_on=today() - idle,
        date_joined=timezone.now() - idle - dt.timedelta(days=10),
    )
    if actor.body:
        _seat(person, cast.bodies[actor.body], actor.position)
    if actor.is_administrator:
        Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={})
    if actor.name in ONCE_OF_THE_LEAD:
        yesterday = today() - dt.timedelta(days=1)
        _seat(person, cast.bodies["sct"], until=yesterday if actor.name == "moved" else None)
    return person


def _seat(
    person: User, body: Organisation, position: str = "staff", until: dt.date | None = None
) -> None:
    Membership.objects.create(
        user=person, organisation=body, position=position, valid_from=LONG_AGO, valid_to=until
    )


def _add_tasks(cast: Cast) -> None:
    for name, duties in TASKS.items():
        if duties.programme not in cast.programmes:
            programme = make_programme(
                duties.programme,
                coordinator=cast.bodies[duties.coordinator],
                authority=cast.bodies[duties.authority],
            )
            cast.programmes[duties.programme] = programme
            cast.add("programme", duties.programme, programme, task=name)
        task = make_task(
            cast.programmes[duties.programme],
            code=code_of(name),
            lead=cast.bodies[duties.lead],
            partners=tuple(cast.bodies[code] for code in duties.partners),
            cooperating=tuple(cast.bodies[code] for code in duties.cooperating),
        )
        cast.tasks[name] = task
        cast.add("task", name, task, task=name, body=duties.lead)
        period = make_trial_period(
            task, today() - dt.timedelta(days=400), today() - dt.timedelta(days=30)
        )
        make_milestone(period, today() - dt.timedelta(days=60))
        for code in duties.partners:
            _promise(cast, name, code)
    make_mandate(cast.people["inspector"], cast.programmes["GL-2023"])


def _promise(cast: Cast, task: str, code: str) -> None:
    """A promise of a firm, which reads like what it reports: its rival never sees it."""
    text = f"HUA-{task}-{code}"
    period = cast.tasks[task].trial_periods.get()
    make_commitment(period, cast.bodies[code], content=text)
    cast.secrets[text] = Target("commitment", text, task, "submitted", code)


def _add_updates(cast: Cast, task: str) -> None:
    """One update of each body that reports or might; those of the shared task in every state."""
    duties = TASKS[task]
    for body in (duties.lead, *duties.partners, *duties.cooperating):
        update = _update(cast, task, body)
        states = UPDATE_STATES if task == "shared" else ("draft", "submitted")
        for state in states:
            cast.add("update", f"{task}/{body}", update, task=task, state=state, body=body)
        secret = Target("update", f"{task}/{body}", task, "submitted", body)
        cast.secrets[update.narrative] = secret
    if task == "shared":
        _add_entered(cast, task, duties.lead)
    draft = _update(cast, task, duties.lead, "draft") if task in {"other", "elsewhere"} else None
    if draft:
        cast.secrets[draft.narrative] = Target("update", "draft", task, "draft", duties.lead)


def _update(cast: Cast, task: str, body: str, state: str = "submitted") -> ProgressUpdate:
    ends_on = today() - dt.timedelta(days=40)
    joins = body != TASKS[task].lead
    words_alone = {"kind": "contribution", "percent": None} if joins else {}
    # Nobody of the cast wrote it, but the one whose being an author is what they are.
    writers = [cast.people["coordinator_author"].pk] if task == "shared" else []
    return make_update(
        cast.tasks[task],
        ends_on,
        organisation=cast.bodies[body],
        state=state,
        narrative=f"VIET-{task}-{body}-{state}-",
        submitted_at=None if state == "draft" else timezone.now(),
        reviewed_at=None,
        writers=writers,
        **words_alone,
    )


def _add_entered(cast: Cast, task: str, lead: str) -> None:
    """What the coordinator typed for the lead, waiting for its answer."""
    letter = Document.objects.create(
        key="cong-van-da-nhan", kind="CV", subject="Báo cáo", issued_on=LONG_AGO
    )
    update = make_update(
        cast.tasks[task],
        today() - dt.timedelta(days=140),
        organisation=cast.bodies[lead],
        state="submitted",
        kind="entered",
        received_document=letter,
        narrative=f"THAY-{task}-{lead}",
        reviewed_at=None,
        author=cast.people["coordinator_author"],
    )
    for state in ("submitted", "accepted", "returned"):
        cast.add("entered", f"{task}/{lead}", update, task=task, state=state, body=lead)
    cast.secrets[update.narrative] = Target("entered", task, task, "submitted", lead)


def _add_evaluation(cast: Cast, name: str) -> None:
    """A complete evaluation with a report of two files and the job that made it."""
    task, duties = cast.tasks[name], TASKS[name]
    period = task.trial_periods.get()
    evaluation = Evaluation.objects.create(
        trial_period=period,
        opened_on=today() - dt.timedelta(days=29),
        results=f"DANHGIA-{name}",
        shortcomings="Không có",
        causes="Không có",
        proposal_kind="continue",
        proposal="Tiếp tục.",
        version=1,
    )
    for criterion in Criterion.objects.filter(programme=task.programme):
        CriterionFinding.objects.create(evaluation=evaluation, criterion=criterion, verdict="met")
    evaluation.authors.add(make_user())
    if name == "shared":
        evaluation.authors.add(cast.people["coordinator_author"])
    EvaluationMove.objects.create(
        evaluation=evaluation,
        verb="accept",
        from_state="submitted",
        to_state="accepted",
        at=timezone.now(),
        user=cast.people["coordinator_acceptor"],
    )
    _add_report(cast, name, evaluation)
    fewer = ("in_review", "submitted") if name == "coordinators" else ("submitted",)
    for state in EVALUATION_STATES if name == "shared" else fewer:
        cast.add("evaluation", name, evaluation, task=name, state=state, body=duties.lead)
    cast.secrets[evaluation.results] = Target("evaluation", name, name, "submitted", duties.lead)


def _add_report(cast: Cast, name: str, evaluation: Evaluation) -> None:
    duties = TASKS[name]
    snapshot = freeze(evaluation, on=today())
    content = f"%PDF-1.7 TEP-{name}".encode()
    report = Report.objects.create(
        evaluation=evaluation,
        snapshot=snapshot,
        organisation=cast.bodies[duties.lead],
        version=1,
        subject=f"Báo cáo {name}",
        code="BC-SCT",
        renderer={},
    )
    for kind in ("pdf", "docx"):
        ReportFile.objects.create(
            report=report,
            kind=kind,
            content=content,
            sha256=hashlib.sha256(content).hexdigest(),
            size=len(content),
        )
    job = Job.objects.create(
        kind="evaluation_report",
        subject=snapshot.uid,
        state="done",
        progress=100,
        woken_at=timezone.now(),
        result={"report": str(report.uid)},
    )
    Evaluation.objects.filter(pk=evaluation.pk).update(
        state="submitted", submitted_snapshot=snapshot, submitted_at=timezone.now()
    )
    cast.secrets[f"TEP-{name}"] = Target("report", name, name, "submitted", duties.lead)
    for state in ("submitted", "forwarded") if name == "shared" else ("submitted",):
        fields = {"task": name, "state": state, "body": duties.lead}
        cast.add("report", name, report, **fields)
        cast.add("job", name, job, **fields)


def _add_notices(cast: Cast) -> None:
    for name in ("lead_staff", "vnpt"):
        notice = Notice.objects.create(
            user=cast.people[name], cause=f"walk:{name}", text=f"TIN-{name}", url="/notices/"
        )
        target = cast.add("notice", name, notice, owner=name)
        cast.secrets[notice.text] = target


def _open_sessions(cast: Cast) -> None:
    for actor in ACTORS:
        person = cast.people.get(actor.name)
        cast.clients[actor.name] = _client(actor, person) if person else Client(**QUIET)


def _client(actor: Actor, person: User) -> Client:
    """With a token, or with a session that never idles and whose password was typed just now: what
    it writes is taken back each time."""
    if actor.scope:
        return Client(headers={"authorization": f"Bearer {_token(person, actor.scope)}"}, **QUIET)
    client = Client(**QUIET)
    client.force_login(person)
    session = client.session
    session[lock.ACTIVE_AT] = lock.clock() + 86400
    request = RequestFactory().get("/")
    request.session = session
    record_authentication(request, person, method="password", reauthenticated=True)
    session[AUTHENTICATION_METHODS_SESSION_KEY][-1]["at"] += 86400
    session.save()
    return client


def _token(person: User, scope: str) -> str:
    secret = new_secret()
    ApiToken.objects.create(
        user=person,
        name="Trung tâm điều hành",
        scope=scope,
        digest=digest_of(secret),
        beginning=secret[:10],
        created_by=person,
        created_at=timezone.now(),
        expires_at=timezone.now() + dt.timedelta(days=30),
        last_used_at=timezone.now(),
    )
    return secret


def settle(target: Target) -> None:
    """Bring the object of a target into its state, by the database alone."""
    key = target.key
    if target.kind == "update":
        is_sent = target.state != "draft"
        _make_room(key)
        ProgressUpdate.objects.filter(pk=key.pk).update(
            state=target.state,
            submitted_at=timezone.now() if is_sent else None,
            remarks="Viết lại." if target.state == "returned" else "",
        )
    if target.kind == "entered":
        ProgressUpdate.objects.filter(pk=key.pk).update(
            state=target.state, remarks="Viết lại." if target.state == "returned" else ""
        )
    if target.kind == "evidence" and key.update is not None:
        settle(replace(target, kind="update", key=key.update))
    if target.kind == "criterion":
        CriterionFinding.objects.filter(criterion=key).delete()
    if target.kind in {"evaluation", "report", "job"}:
        evaluation = Evaluation.objects.filter(trial_period__task__code=code_of(target.task))
        evaluation.update(state=target.state, **(CONCLUDED if target.state == "concluded" else {}))


def _make_room(update: ProgressUpdate) -> None:
    """A body has one draft at a time; the other one it has was sent meanwhile."""
    drafts = ProgressUpdate.objects.filter(
        task=update.task, organisation=update.organisation, state="draft"
    )
    others = drafts.exclude(pk=update.pk)
    others.update(state="superseded", submitted_at=timezone.now(), narrative="Đã gửi")


def code_of(task: str) -> str:
    """The code in the address of a task of the cast."""
    return f"GL-{task.replace('_', '-')}"
