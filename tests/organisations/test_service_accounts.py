"""Service accounts: made and closed by administrators; no people, whatever they are asked for."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dti_tracker.shared.errors import DomainError, NotAllowed
from organisations.colleagues import bodies_with_people
from organisations.directory import bodies_found
from organisations.models import ApiToken, SecurityEvent, User
from organisations.notices import people_of
from organisations.relations import general_relations
from organisations.rights import Relation, allowed, table
from organisations.selectors import Standing
from organisations.services.delegations import teams_of
from organisations.services.service_accounts import disable_service_account, make_service_account
from reports.relations import reviewers
from tests.builders import make_member, make_organisation, make_token, make_user
from tests.organisations.setting_up import TODAY, address, make_administrator, signed_in
from tests.reports.cast import make_cast, submitted

pytestmark = pytest.mark.django_db
LIST = "setup_service_accounts"


@pytest.fixture
def admin():
    return make_administrator()


@pytest.fixture
def body():
    return make_organisation("sct", name="Sở Công Thương")


@pytest.fixture
def account(admin, body):
    return make_service_account(
        name="Trung tâm điều hành", organisation=body, purpose="Bảng điện tử", by=admin, on=TODAY
    )


def test_an_account_is_staff_of_its_body_without_a_password(account, body):
    standing = Standing.of(account, on=TODAY)

    assert (account.username, account.is_service) == ("svc-trung-tam-dieu-hanh", True)
    assert not account.has_usable_password()
    assert standing.positions == {body.pk: "staff"}
    assert Relation.SERVICE in general_relations(standing)
    assert account.memberships.get().title == "Bảng điện tử"


def test_two_accounts_of_one_name_have_two_user_names(account, admin, body):
    other = make_service_account(
        name="Trung tâm điều hành", organisation=body, purpose="x", by=admin, on=TODAY
    )

    assert other.username == "svc-trung-tam-dieu-hanh-2"


def test_administrators_alone_make_and_close_accounts(account, body):
    staff = make_member(body)

    with pytest.raises(NotAllowed):
        make_service_account(name="x", organisation=body, purpose="y", by=staff, on=TODAY)
    with pytest.raises(NotAllowed):
        disable_service_account(account=account, reason="x", by=staff, on=TODAY)


def test_name_and_purpose_are_asked_for(admin, body):
    with pytest.raises(DomainError) as refusal:
        make_service_account(name=" ", organisation=body, purpose="", by=admin, on=TODAY)

    assert set(refusal.value.fields) == {"name", "purpose"}


def test_a_closed_account_has_no_tokens_left(account, admin):
    make_token(account)

    disable_service_account(account=account, reason="Ngừng kết nối", by=admin, on=TODAY)

    account.refresh_from_db()
    assert not account.is_active
    assert not ApiToken.objects.filter(revoked_at__isnull=True).exists()
    assert SecurityEvent.objects.filter(kind="disabled", user=account).exists()


def test_a_person_is_not_disabled_here(admin, body):
    with pytest.raises(NotAllowed):
        disable_service_account(account=make_member(body), reason="x", by=admin, on=TODAY)


def test_nobody_signs_in_as_a_program(account):
    client = Client()
    for password in ("", "!", account.password):
        client.post("/login/", {"login": account.username, "password": password})

    assert "_auth_user_id" not in client.session


def test_programs_are_told_nothing(account, body):
    person = make_member(body)

    assert people_of(body, on=TODAY) == [person]


def test_programs_are_counted_nowhere_and_act_for_nobody(account, body):
    head = make_member(body, "head")
    (team,) = teams_of(Standing.of(head, on=TODAY))
    (shown,) = bodies_with_people(Standing.of(head, on=TODAY))
    (row,) = bodies_found(on=TODAY)

    assert not team.people
    assert [colleague.person for colleague in shown.people] == [head]
    assert row.people == 1


def test_programs_review_nothing():
    cast = make_cast()
    evaluation = submitted(cast)
    on = evaluation.opened_on
    assert cast.colleague in reviewers(evaluation, cast.stttt, on=on)

    User.objects.filter(pk=cast.colleague.pk).update(is_service=True)

    assert cast.colleague not in reviewers(evaluation, cast.stttt, on=on)


DECISIONS = ["submit_update", "accept_update", "send_to_head", "submit", "accept", "return"]


@pytest.mark.parametrize("action", DECISIONS)
def test_the_table_forbids_programs_to_decide(action):
    relations = {Relation.LEAD_STAFF, Relation.LEAD_HEAD, Relation.COORDINATOR}
    (state,) = {next(iter(c.states)) for c in table()[action].values() if c.states} & {
        "draft",
        "submitted",
        "open",
        "returned",
        "in_review",
    } or {None}

    assert not allowed(action, relations | {Relation.SERVICE}, state)


def test_programs_enter_data():
    for action, state in (("write_update", "draft"), ("enter_value", None)):
        relations = {Relation.LEAD_STAFF, Relation.COORDINATOR, Relation.SERVICE}
        assert allowed(action, relations, state)


def test_the_administrator_makes_an_account_and_its_token_by_the_pages(admin, body):
    client = signed_in(admin)
    made = client.post(
        address("setup_service_account_new"),
        {"name": "IOC", "organisation": body.code, "purpose": "Đọc trạng thái"},
    )
    page = made.headers["Location"]
    uid = client.get(page).context["form"]["uid"].value()

    answer = client.post(page, {"name": "Màn hình", "scope": "status", "days": "365", "uid": uid})

    assert "dti_" in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    token = ApiToken.objects.get()
    assert (token.user.username, token.created_by) == ("svc-ioc", admin)
    client.post(address("setup_token_revoke", token.uid))
    token.refresh_from_db()
    assert token.revoked_by == admin


@pytest.mark.parametrize("name", ["\u200b\u200d\ufeff", "Màn\u202e hình"])
def test_a_name_in_which_something_cannot_be_seen_is_refused(admin, body, name):
    client = signed_in(admin)
    given = {"name": name, "organisation": body.code, "purpose": "Bảng điều hành"}
    answer = client.post(address("setup_service_account_new"), given)
    assert answer.status_code == 422
    assert "điều khiển không nhìn thấy" in answer.text
    assert not User.objects.filter(is_service=True).exists()


def test_the_pages_are_closed_to_others(account, body):
    client = signed_in(make_member(body))

    assert client.get(address(LIST)).status_code == 403
    assert client.get(address("setup_service_account", account.username)).status_code == 403
    assert (
        client.post(address("setup_service_account_disable", account.username)).status_code == 403
    )


def test_a_person_has_no_page_among_the_programs(admin, body):
    person = make_member(body)

    answer = signed_in(admin).get(address("setup_service_account", person.username))

    assert answer.status_code == 404


def test_the_page_of_disabling_asks_why(account, admin):
    client = signed_in(admin)
    path = address("setup_service_account_disable", account.username)

    assert client.post(path, {"reason": " "}).status_code == 422
    assert client.post(path, {"reason": "Ngừng"}).status_code == 302
    assert "Ngừng kết nối" not in client.get(path).content.decode()


def test_the_list_costs_the_same_for_one_account_and_ten(admin, body):
    client = signed_in(admin)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(address(LIST))
        return len(captured)

    def one_more(number):
        make_service_account(name=f"n{number}", organisation=body, purpose="x", by=admin, on=TODAY)

    client.get(address(LIST))
    one_more(0)
    with_one = queries()
    for number in range(1, 10):
        one_more(number)

    assert queries() == with_one


def test_a_service_account_gets_no_invitation_and_stands_among_no_people(account, admin):
    page = signed_in(admin).get("/setup/people/").content.decode()

    assert account.full_name not in page
    assert make_user().username in signed_in(admin).get("/setup/people/").content.decode()
