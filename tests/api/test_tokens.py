"""Clients with a bearer token: who gets in, how far, and what is never told."""

import datetime as dt
import json
import logging
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dti_tracker.shared.api.throttling import ProcessThrottle
from dti_tracker.shared.time import today
from organisations import rights
from organisations.api import authentication
from organisations.api.authentication import RefusalThrottle, ScopeReaches
from organisations.models import AnsweredRequest, ApiToken, SecurityEvent
from organisations.models.tokens import digest_of, new_secret
from organisations.services import tokens
from tests.api.test_problems import problem
from tests.builders import make_token, make_user
from tests.reports.cast import make_cast, written

pytestmark = pytest.mark.django_db
TASKS, STATUS = "/api/v1/tasks/", "/api/v1/programmes/GL-2023/status/"


@pytest.fixture(autouse=True)
def _nothing_counted_yet():
    ProcessThrottle.cache.clear()


def bearer(secret: str, language: str = "en", **headers: str) -> Client:
    """A client without any session."""
    return Client(
        enforce_csrf_checks=True,
        headers={"accept-language": language, "authorization": f"Bearer {secret}"} | headers,
    )


def test_a_token_sees_what_its_owner_sees(province, sign_in):
    province.task("vnpt", code="A-1")
    province.task("viettel", code="B-2")
    liaison = province.person("vnpt")

    by_token = bearer(make_token(liaison)[1]).get(TASKS).json()

    assert [task["code"] for task in by_token["results"]] == ["A-1"]
    assert by_token == sign_in(liaison).get(TASKS).json()


def test_an_administrators_token_sees_the_set_up_alone(province):
    province.task(code="A-1")
    client = bearer(make_token(make_user(is_administrator=True))[1])

    task = client.get(f"{TASKS}A-1/").json()

    assert (task["name_en"] is not None, task["percent"], task["health"]) == (True, None, None)
    problem(client.get(STATUS), 403)


def test_token_and_owner_cost_one_query(province, django_assert_num_queries):
    province.task()
    secret = make_token(province.person("lead"), last_used_at=timezone.now())[1]
    client = bearer(secret)
    etag = client.get(STATUS).headers["ETag"]

    with django_assert_num_queries(3):  # token with owner, fingerprint, whether they inspect
        assert client.get(STATUS, headers={"if-none-match": etag}).status_code == 304


def test_a_bearer_counts_whatever_session_comes_with_it(province, sign_in):
    province.task("vnpt", code="A-1")
    province.task("viettel", code="B-2")
    client = sign_in(province.person("lead"))
    secret = make_token(province.person("viettel"))[1]

    answer = client.get(TASKS, headers={"authorization": f"Bearer {secret}"}).json()
    refused = client.get(TASKS, headers={"authorization": f"Bearer {new_secret()}"})

    assert [task["code"] for task in answer["results"]] == ["B-2"]
    problem(refused, 401)


def spoilt(owner: Any) -> dict[str, str]:
    """Secrets that open nothing, with what stands in the table."""
    now = timezone.now()
    past = {"created_at": now - dt.timedelta(days=9), "expires_at": now - dt.timedelta(seconds=1)}
    idle = make_user(is_active=True)
    idle.date_joined = now - dt.timedelta(days=100)
    idle.save()
    return {
        "unknown": new_secret(),
        "malformed": "dti_short",
        "expired": make_token(owner, **past)[1],
        "revoked": make_token(owner, revoked_at=now, revoked_by=owner)[1],
        "disabled": make_token(make_user(is_active=False))[1],
        "dormant": make_token(idle)[1],
    }


def test_every_token_that_does_not_open_gets_the_same_answer(province):
    secrets = spoilt(province.person("lead"))

    answers = {why: bearer(secret).get(TASKS) for why, secret in secrets.items()}

    assert len({answer.content for answer in answers.values()}) == 1
    for answer in answers.values():
        assert "revoked" in problem(answer, 401)["detail"]
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api", error="invalid_token"'
    assert SecurityEvent.objects.filter(kind="token_refused").count() == len(secrets)


def test_a_refusal_is_logged_without_the_secret(province):
    owner = province.person("lead")
    token, secret = make_token(owner, revoked_at=timezone.now(), revoked_by=owner)

    bearer(secret).get(TASKS)
    bearer("dti_" + "x" * 43).get(TASKS)

    known, unknown = SecurityEvent.objects.filter(kind="token_refused").order_by("pk")
    assert (known.user, known.detail) == (owner, {"token": str(token.uid), "state": "revoked"})
    assert (unknown.user, unknown.detail, unknown.target) == (None, {}, TASKS)


@pytest.mark.parametrize("moment", ["expires", "revoked", "disabled"])
def test_what_ends_a_token_ends_it_with_the_next_request(province, moment):
    token, secret = make_token(province.person("lead"))
    client = bearer(secret)
    assert client.get(TASKS).status_code == 200

    if moment == "expires":
        with time_machine.travel(token.expires_at):
            problem(client.get(TASKS), 401)
        return
    if moment == "revoked":
        tokens.revoke_token(token=token, by=token.user, now=timezone.now())
    else:
        token.user.is_active = False
        token.user.save()
    problem(client.get(TASKS), 401)


def test_without_the_check_a_revoked_token_would_open(province, monkeypatch):
    """The twin: the state is looked at nowhere else."""
    token, secret = make_token(province.person("lead"))
    tokens.revoke_token(token=token, by=token.user, now=timezone.now())
    monkeypatch.setattr(ApiToken, "opens", lambda self, now: True)

    assert bearer(secret).get(TASKS).status_code == 200


HEADERS = [
    "Bearer",
    "Bearer ",
    "bearer",
    "Bearer \x00",
    "Bearer dti_\x00",
    "Bearer dti_ế",
    "Bearer dti_\xe1\xbb\x87" + "x" * 40,
    "Bearer  ",
    "Bearer a b",
    "Bearer dti_" + "x" * 44,
    "Bearer " + "x" * 100_000,
    "Bearer dti_" + "x" * 42 + "\n",
    "Bearer\tdti_" + "x" * 42,
    'Bearer "dti_' + "x" * 43 + '"',
]


@pytest.mark.parametrize("header", HEADERS, ids=range(len(HEADERS)))
def test_a_malformed_header_is_a_refusal(db, header):
    answer = Client().get(TASKS, headers={"authorization": header})

    problem(answer, 401)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(max_size=200))
def test_no_header_at_all_breaks_the_server(db, text):
    ProcessThrottle.cache.clear()
    for header in (text, f"Bearer {text}", f"bearer {text}", f"Bearer dti_{text}"):
        problem(Client().get(TASKS, headers={"authorization": header}), 401)


def test_blanks_before_the_secret_do_no_harm(province):
    secret = make_token(province.person("lead"))[1]

    for header in (f"Bearer  {secret}", f"bearer {secret} ", f"BEARER {secret}"):
        assert Client().get(TASKS, headers={"authorization": header}).status_code == 200


def test_another_scheme_is_no_bearer(staff):
    assert staff.get(TASKS, headers={"authorization": "Basic YTpi"}).status_code == 200


READS = [TASKS, f"{TASKS}A-1/", "/api/v1/programmes/", "/api/v1/evaluations/", "/api/v1/reports/"]


def test_a_status_token_reaches_the_status_and_the_description_alone(province):
    province.task(code="A-1")
    client = bearer(make_token(province.person("lead"), scope="status")[1])

    assert client.get(STATUS).status_code == 200
    assert client.get("/api/v1/schema/").status_code == 200
    assert client.get("/api/v1/docs/").status_code == 200
    for path in [*READS, f"{TASKS}NONE/", "/api/v1/jobs/6f0c52a4-26a8-4b0e-8b52-5c3c9b6b9a11/"]:
        answer = client.get(path)
        assert problem(answer, 403)["type"].endswith(":scope_needed")
        assert "“read”" in problem(answer, 403)["detail"]
        assert 'scope="read"' in answer.headers["WWW-Authenticate"]


def test_without_the_gate_a_status_token_would_read_everything(province, monkeypatch):
    """The twin: nothing but the gate holds it back."""
    province.task(code="A-1")
    client = bearer(make_token(province.person("lead"), scope="status")[1])
    monkeypatch.setattr(ScopeReaches, "has_permission", lambda self, request, view: True)

    assert client.get(f"{TASKS}A-1/").status_code == 200


def test_a_status_token_gets_names_states_health_and_dates_alone(province, sign_in):
    province.task(code="A-1")
    owner = province.person("lead")
    client = bearer(make_token(owner, scope="status")[1])

    narrow = client.get(STATUS).json()["tasks"][0]
    whole = sign_in(owner).get(STATUS).json()["tasks"][0]

    assert whole["percent"] == whole["last_update"]["percent"] == "50.00"
    assert whole["health_reason"]
    assert narrow == whole | {
        "percent": None,
        "health_reason": None,
        "last_update": whole["last_update"] | {"percent": None},
    }
    assert bearer(make_token(owner, scope="read")[1]).get(STATUS).json()["tasks"] == [whole]


def test_scopes_share_no_etag(province):
    """Else a client that changed its token would keep what the other was told."""
    province.task(code="A-1")
    owner = province.person("lead")
    tags = [
        bearer(make_token(owner, scope=scope)[1]).get(STATUS).headers["ETag"]
        for scope in ("status", "read", "write")
    ]

    assert len(set(tags)) == 3
    read = bearer(make_token(owner, scope="read")[1])
    assert read.get(STATUS, headers={"if-none-match": tags[0]}).status_code == 200
    assert read.get(STATUS, headers={"if-none-match": tags[1]}).status_code == 304
    assert "Authorization" in read.get(STATUS).headers["Vary"]


@pytest.fixture
def evaluation():
    cast = make_cast()
    return cast, written(cast, today())


def test_a_read_token_writes_nothing(evaluation):
    cast, found = evaluation
    client = bearer(make_token(cast.staff, scope="read")[1])
    own = f"/api/v1/evaluations/{found.uid}/"

    assert client.get(own).status_code == 200
    writes = [
        client.patch(own, {"results": "X"}, content_type="application/json"),
        client.post(f"{own}actions/send_to_head/", {}, content_type="application/json"),
        client.post(f"{own}reports/", {}, content_type="application/json"),
    ]

    for answer in writes:
        assert "“write”" in problem(answer, 403)["detail"]
    found.refresh_from_db()
    assert found.state == "open"


def test_a_write_token_writes_once_and_needs_no_csrf_token(evaluation):
    cast, found = evaluation
    client = bearer(make_token(cast.staff, scope="write")[1])
    path = f"/api/v1/evaluations/{found.uid}/actions/send_to_head/"

    def send() -> Any:
        return client.post(
            path, {}, content_type="application/json", headers={"idempotency-key": "a"}
        )

    first, second = send(), send()

    assert (first.status_code, second.status_code) == (200, 200)
    assert second.headers["Idempotent-Replayed"] == "true"
    assert found.moves.filter(verb="send_to_head").count() == 1
    assert AnsweredRequest.objects.get(key="a").user == cast.staff


def test_a_change_by_token_is_the_owners_in_the_history(evaluation):
    cast, found = evaluation
    token, secret = make_token(cast.staff, scope="write")

    bearer(secret).post(
        f"/api/v1/evaluations/{found.uid}/actions/send_to_head/",
        {},
        content_type="application/json",
    )

    context = found.events.order_by("pgh_id").last().pgh_context.metadata
    assert (context["user"], context["token"]) == (cast.staff.pk, token.name)


def test_a_session_still_needs_its_csrf_token(evaluation):
    cast, found = evaluation
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.staff)

    path = f"/api/v1/evaluations/{found.uid}/actions/send_to_head/"
    problem(client.post(path, {}, content_type="application/json"), 403)


def test_a_service_account_decides_nothing(evaluation):
    cast, found = evaluation
    for person in (cast.staff, cast.colleague):
        person.is_service = True
        person.save()
    client = bearer(make_token(cast.staff, scope="write")[1])
    own = f"/api/v1/evaluations/{found.uid}/"

    moved = client.post(f"{own}actions/send_to_head/", {}, content_type="application/json")
    tag = client.get(own).headers["ETag"]
    saved = client.patch(
        own, {"results": "Y"}, content_type="application/json", headers={"if-match": tag}
    )

    assert "service account" in problem(moved, 403)["detail"]
    assert saved.status_code == 200


def test_the_last_use_is_noted_at_most_once_a_minute(province):
    token, secret = make_token(province.person("lead"))
    client = bearer(secret)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        begun = timezone.now()
        client.get(TASKS)
        clock.shift(59)
        client.get(TASKS)
        token.refresh_from_db()
        assert token.last_used_at == begun
        clock.shift(1)
        client.get(TASKS)

        token.refresh_from_db()
        assert token.last_used_at == timezone.now()


def test_a_use_that_cannot_be_noted_fails_no_request(province, monkeypatch, caplog):
    secret = make_token(province.person("lead"))[1]

    def broken(self: Any, **fields: Any) -> int:
        raise DatabaseError("read-only")

    monkeypatch.setattr(type(ApiToken.objects.all()), "update", broken)

    assert bearer(secret).get(TASKS).status_code == 200
    assert "could not be noted" in caplog.text
    assert secret not in caplog.text


def test_each_token_is_counted_for_itself(province, sign_in, monkeypatch):
    owner = province.person("lead")
    first, second = (bearer(make_token(owner)[1]) for _ in range(2))
    monkeypatch.setattr(ProcessThrottle, "rate", "2/min", raising=False)

    assert [first.get(TASKS).status_code for _ in range(3)] == [200, 200, 429]
    assert "Retry-After" in first.get(TASKS).headers
    assert second.get(TASKS).status_code == 200
    assert sign_in(owner).get(TASKS).status_code == 200


def test_guessing_ends_in_429_and_fills_no_log(db, monkeypatch):
    monkeypatch.setattr(RefusalThrottle, "rate", "3/min", raising=False)

    answers = [bearer(new_secret()).get(TASKS) for _ in range(5)]

    assert [answer.status_code for answer in answers] == [401, 401, 401, 429, 429]
    assert int(answers[-1].headers["Retry-After"]) <= 61
    assert SecurityEvent.objects.filter(kind="token_refused").count() == 3


def test_a_right_token_is_not_held_up_by_wrong_ones_beside_it(province, monkeypatch):
    monkeypatch.setattr(RefusalThrottle, "rate", "1/min", raising=False)
    for _ in range(3):
        bearer(new_secret()).get(TASKS)

    assert bearer(make_token(province.person("lead"))[1]).get(TASKS).status_code == 200


def test_the_secret_is_in_no_log_and_no_row(province, caplog):
    caplog.set_level(logging.DEBUG)
    owner = province.person("lead")
    token, secret = make_token(owner)

    bearer(secret).get(TASKS)
    bearer(secret).get(f"{TASKS}NONE/")
    tokens.revoke_token(token=token, by=owner, now=timezone.now())
    bearer(secret).get(TASKS)

    events = list(SecurityEvent.objects.values()) + list(ApiToken.pgh_event_model.objects.values())
    assert secret not in caplog.text
    assert digest_of(secret) not in json.dumps(events, default=str)
    assert secret not in json.dumps([*events, *ApiToken.objects.values()], default=str)


def test_every_address_but_the_description_stands_behind_the_gate():
    from dti_tracker.api_urls import urlpatterns

    def views(patterns: Any) -> Any:
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                yield from views(pattern.url_patterns)
            elif pattern.name not in {"schema", "docs", "nothing"}:
                yield pattern.name, pattern.callback.cls

    for name, view in views(urlpatterns):
        assert ScopeReaches in view.permission_classes, name
        assert getattr(view, "token_action", authentication.CALL_READ) in rights.table(), name
