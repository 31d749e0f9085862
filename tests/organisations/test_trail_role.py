"""The role of the application can read and add to histories, and nothing else."""
# ruff: noqa: S608 - names of our own tables

import psycopg2
import psycopg2.errors
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from organisations.models import TrailEntry
from tests.builders import make_organisation
from tests.organisations.tampering import EVENTS, LEDGER, run

pytestmark = pytest.mark.django_db(transaction=True)
ROLE, PASSWORD = "trail_application_of_a_test", "only-for-this-test"


@pytest.fixture
def application():
    """A log-in of its own, with the rights that the command gives; runs one statement."""
    run(f"CREATE ROLE {ROLE} LOGIN PASSWORD '{PASSWORD}'")
    try:
        call_command("grant_application", ROLE)
        make_organisation("so-a")
        log_in = {"user": ROLE, "password": PASSWORD}
        opened = psycopg2.connect(**connection.get_connection_params() | log_in)
        opened.autocommit = True
        yield opened.cursor().execute
        opened.close()
    finally:
        run(f"DROP OWNED BY {ROLE}")
        run(f"DROP ROLE {ROLE}")
        run(
            "GRANT TEMPORARY ON DATABASE "
            + connection.ops.quote_name(connection.settings_dict["NAME"])
            + " TO PUBLIC"
        )


def test_it_writes_what_is_tracked_and_the_trail_names_it(application):
    application("UPDATE organisations_organisation SET name = 'Sở B' WHERE code = 'so-a'")
    entry = TrailEntry.objects.latest("pk")
    assert (entry.db_role, entry.db_application, entry.subject) == (ROLE, "dti_tracker", "Sở B")


FORBIDDEN = [
    f"UPDATE {EVENTS} SET name = ''",
    f"DELETE FROM {EVENTS}",
    f"TRUNCATE {EVENTS}",
    f"ALTER TABLE {EVENTS} DISABLE TRIGGER ALL",
    f"DROP TRIGGER trail_record ON {EVENTS}",
    f"INSERT INTO {LEDGER} SELECT * FROM {LEDGER}",
    f"UPDATE {LEDGER} SET user_id = 1",
    f"DELETE FROM {LEDGER}",
    f"TRUNCATE {LEDGER}",
    f"ALTER TABLE {LEDGER} DISABLE TRIGGER ALL",
    "DELETE FROM organisations_trailseal",
    "UPDATE organisations_trailseal SET digest = ''",
    "UPDATE organisations_securityevent SET login = ''",
    "DELETE FROM reports_evaluationmove",
    "SET session_replication_role = replica",
    "CREATE TABLE mine (id int)",
    "CREATE TEMPORARY TABLE mine (id int)",
    "CREATE OR REPLACE FUNCTION trail_refuse() RETURNS trigger LANGUAGE sql AS 'SELECT NULL'",
]


def test_it_can_do_nothing_else_to_histories(application):
    for act in FORBIDDEN:
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            application(act)


def test_it_cannot_write_a_history_by_hand_though_it_may_add_to_it(application):
    with pytest.raises(psycopg2.errors.RestrictViolation):
        application(f"INSERT INTO {EVENTS} SELECT * FROM {EVENTS}")


def test_a_role_that_nothing_binds_is_refused():
    with pytest.raises(CommandError, match="superuser"):
        call_command("grant_application", connection.settings_dict["USER"])
    with pytest.raises(CommandError, match="no role"):
        call_command("grant_application", "nobody_of_this_name")


@pytest.mark.parametrize("kind", ["superuser", "owner of a table", "owner of the database"])
def test_a_role_that_can_become_one_that_nothing_binds_is_refused(kind):
    """Twin: the same role is accepted once the membership is gone."""
    name = connection.ops.quote_name(connection.settings_dict["NAME"])
    run(f"CREATE ROLE {ROLE} LOGIN PASSWORD '{PASSWORD}'")
    run(f"CREATE ROLE above_{ROLE} {'SUPERUSER' if kind == 'superuser' else ''}")
    try:
        if kind == "owner of a table":
            run(
                f"CREATE TABLE only_for_this_test (); ALTER TABLE only_for_this_test OWNER TO above_{ROLE}"
            )
        if kind == "owner of the database":
            run(f"ALTER DATABASE {name} OWNER TO above_{ROLE}")
        run(f"GRANT above_{ROLE} TO {ROLE}")
        with pytest.raises(CommandError, match=f"above_{ROLE}"):
            call_command("grant_application", ROLE)
        run(f"REVOKE above_{ROLE} FROM {ROLE}")
        call_command("grant_application", ROLE)
    finally:
        run(f"ALTER DATABASE {name} OWNER TO CURRENT_USER")
        run(f"DROP OWNED BY {ROLE}, above_{ROLE}")
        run(f"DROP ROLE {ROLE}, above_{ROLE}")
        run(f"GRANT TEMPORARY ON DATABASE {name} TO PUBLIC")
