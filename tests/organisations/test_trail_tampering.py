"""Whatever somebody with all rights in the database does to the histories, the command finds it."""
# ruff: noqa: S608 - names of our own tables

import pytest
from django.conf import settings
from django.db import IntegrityError, connection

from organisations.models import Organisation, TrailEntry, TrailSeal
from organisations.trail import attaching, sealing
from tests.builders import make_organisation
from tests.organisations.tampering import (
    EVENTS,
    LEDGER,
    SEALS,
    adopt,
    make_digests_fit,
    run,
    unprotected,
    verified,
)

pytestmark = pytest.mark.django_db
BODIES = Organisation._meta.db_table
COLUMNS = [str(f.column) for f in Organisation._meta.concrete_fields if not f.generated]
BODY_COLUMNS = ", ".join(COLUMNS)
ANOTHERS = {"id": "id + 1000", "code": "'so-x'", "uid": "gen_random_uuid()"}
BODY_COLUMNS_OF_ANOTHER = ", ".join(ANOTHERS.get(name, name) for name in COLUMNS)


@pytest.fixture
def event() -> int:
    """The last event of a body that was made and changed; all of it sealed twice."""
    body = make_organisation("so-a")
    sealing.seal()
    Organisation.objects.filter(pk=body.pk).update(name="Sở A mới")
    make_organisation("so-b")
    sealing.seal()
    return int(
        TrailEntry.objects.filter(model="organisations.organisation", kind="update")
        .latest("pk")
        .event_id
    )


def test_untouched_histories_are_clean(event):
    code, told = verified()
    assert (code, TrailSeal.objects.count()) == (0, 2)
    assert "không thấy dấu hiệu sửa đổi" in told.lower()


def test_in_english_too(event, capsys):
    from django.core.management import call_command

    call_command("verify_history", "--language", "en")
    assert "No sign of tampering" in capsys.readouterr().out


def test_an_edited_event_is_found_by_table_and_number(event):
    with unprotected(EVENTS):
        run(f"UPDATE {EVENTS} SET name = 'Sở khác' WHERE pgh_id = %s", event)
    code, told = verified()
    assert code == 1
    assert f"{EVENTS} #{event}" in told


def test_an_edited_event_with_a_fitting_digest_is_found_by_the_seal(event):
    with unprotected(EVENTS):
        run(f"UPDATE {EVENTS} SET name = 'Sở khác' WHERE pgh_id = %s", event)
    make_digests_fit(event)
    code, told = verified()
    assert code == 1
    assert LEDGER in told


def test_without_seals_the_fitting_digest_would_go_unnoticed():
    body = make_organisation("so-a")
    event = TrailEntry.objects.get(model="organisations.organisation").event_id
    Organisation.objects.filter(pk=body.pk).update(name="Sở A mới")
    with unprotected(EVENTS):
        run(f"UPDATE {EVENTS} SET name = 'Sở khác' WHERE pgh_id = %s", event)
    make_digests_fit(event)
    assert verified()[0] == 0


def test_an_edited_line_is_found_whoever_it_is_made_to_name(event):
    with unprotected(LEDGER):
        run(
            f"UPDATE {LEDGER} SET user_id = 4711 WHERE event_id = %s AND source = %s", event, EVENTS
        )
    assert verified()[0] == 1


def test_a_deleted_event_is_found(event):
    with unprotected(EVENTS):
        run(f"DELETE FROM {EVENTS} WHERE pgh_id = %s", event)
    code, told = verified()
    assert code == 1
    assert f"{EVENTS} #{event}" in told


def test_an_event_deleted_together_with_its_line_is_found(event):
    with unprotected(EVENTS, LEDGER):
        run(f"DELETE FROM {EVENTS} WHERE pgh_id = %s", event)
        run(f"DELETE FROM {LEDGER} WHERE event_id = %s AND source = %s", event, EVENTS)
    code, told = verified()
    assert code == 1
    assert LEDGER in told


def test_an_event_put_in_behind_the_triggers_is_found(event):
    columns = ", ".join(
        f'"{f.column}"' for f in Organisation.pgh_event_model._meta.fields if f.column != "pgh_id"
    )
    with unprotected(EVENTS):
        run(
            f"INSERT INTO {EVENTS} ({columns}) SELECT {columns} FROM {EVENTS} WHERE pgh_id = %s",
            event,
        )
    code, told = verified()
    assert code == 1
    assert EVENTS in told


def test_the_cut_off_end_is_found_with_its_seal_by_the_file(event):
    last = TrailSeal.objects.latest("number")
    with unprotected(EVENTS, LEDGER, SEALS):
        run(f"DELETE FROM {EVENTS} WHERE pgh_id >= %s", event)
        run(f"DELETE FROM {LEDGER} WHERE id >= %s", last.first_id)
        run(f"DELETE FROM {SEALS} WHERE number = %s", last.number)
    code, told = verified()
    assert code == 1
    assert f"trail-seals.log #{last.number}" in told


def test_a_seal_that_is_gone_from_the_middle_is_found(event):
    with unprotected(SEALS):
        run(f"DELETE FROM {SEALS} WHERE number = 1")
    code, told = verified()
    assert code == 1
    assert SEALS in told


def test_a_seal_computed_anew_is_found_by_the_file(event):
    with unprotected(EVENTS, LEDGER, SEALS):
        run(f"UPDATE {EVENTS} SET name = 'Sở khác' WHERE pgh_id = %s", event)
    make_digests_fit(event)
    first, last = TrailSeal.objects.order_by("number")
    digest, _count, _end = sealing.digest_of(2, first.digest, last.first_id, last.last_id)
    with unprotected(SEALS):
        run(f"UPDATE {SEALS} SET digest = %s WHERE number = 2", digest)
    code, told = verified()
    assert code == 1
    assert "trail-seals.log #2" in told


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE {BODIES} SET name = 'Sở khác' WHERE code = 'so-a'",
        f"UPDATE {BODIES} SET short_name = upper(short_name) || '.' WHERE code = 'so-a'",
        f"DELETE FROM {BODIES} WHERE code = 'so-a'",
        f"INSERT INTO {BODIES} ({BODY_COLUMNS}) SELECT {BODY_COLUMNS_OF_ANOTHER} FROM {BODIES}"
        " WHERE code = 'so-a'",
    ],
    ids=["edited", "edited elsewhere", "deleted", "put in"],
)
@pytest.mark.parametrize("is_silent", [True, False], ids=["silent", "seen"])
def test_a_row_changed_while_the_triggers_slept_is_found(event, statement, is_silent):
    """Twin: the same change with the triggers awake leaves its event, and nothing to find."""
    if is_silent:
        run("SET LOCAL session_replication_role = replica")
    run(statement)
    run("SET LOCAL session_replication_role = DEFAULT")
    code, told = verified()
    assert code == is_silent
    assert (BODIES in told) == is_silent


def test_a_row_whose_history_says_deleted_and_that_is_there_again_is_found(event):
    run(f"CREATE TEMPORARY TABLE kept AS SELECT {BODY_COLUMNS} FROM {BODIES} WHERE code = 'so-b'")
    run(f"DELETE FROM {BODIES} WHERE code = 'so-b'")
    assert verified()[0] == 0
    run("SET LOCAL session_replication_role = replica")
    run(f"INSERT INTO {BODIES} ({BODY_COLUMNS}) SELECT {BODY_COLUMNS} FROM kept")
    code, told = verified()
    assert code == 1
    assert BODIES in told


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: [lines[0].replace('"count": ', '"count": 1'), lines[1]],
        lambda lines: lines[:1],
        lambda lines: [*lines, lines[1]],
        lambda lines: [*lines, "không phải niêm phong"],
        lambda lines: [],
    ],
    ids=["edited", "cut", "doubled", "scribbled", "emptied"],
)
def test_a_change_of_the_file_is_found(event, change):
    path = settings.TRAIL_SEALS
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(change(lines)) + "\n", encoding="utf-8")
    assert verified()[0] == 1


def test_a_switched_off_trigger_is_found(event):
    run(f"ALTER TABLE {EVENTS} DISABLE TRIGGER trail_record")
    code, told = verified()
    assert code == 1
    assert "trail_record" in told


def test_a_column_added_later_raises_no_alarm(event):
    run(f"ALTER TABLE {EVENTS} ADD COLUMN motto text NOT NULL DEFAULT 'mới'")
    make_organisation("so-c")
    assert verified()[0] == 0


def test_a_column_taken_away_is_told_and_raises_no_alarm(event):
    run(f"ALTER TABLE {EVENTS} DROP COLUMN short_name CASCADE")
    code, told = verified()
    assert code == 0
    assert EVENTS in told


@pytest.mark.parametrize("table", [EVENTS, LEDGER, SEALS])
@pytest.mark.parametrize("act", ["DELETE FROM {}", "TRUNCATE {}"])
def test_nobody_takes_anything_out(event, table, act):
    with pytest.raises(IntegrityError):
        run("SET LOCAL session_replication_role = replica; " + act.format(table))


def test_nobody_changes_anything_with_the_switch_that_lifts_other_protections(event):
    every = "{" + ",".join(f"{EVENTS}:{t.name}" for t in attaching.wanted()) + "}"
    with pytest.raises(IntegrityError):
        run(f"SET LOCAL pgtrigger.ignore = '{every}'; UPDATE {EVENTS} SET name = ''")


@pytest.mark.parametrize("table", [EVENTS, LEDGER])
def test_nobody_writes_a_history_by_hand(event, table):
    with pytest.raises(IntegrityError):
        run(f"INSERT INTO {table} SELECT * FROM {table} LIMIT 1")


def test_every_tracked_table_has_all_its_triggers():
    assert attaching.missing() == []
    assert len(attaching.sources()) > 30


def test_a_missing_trigger_is_hung_up_after_the_next_migration():
    run(f"DROP TRIGGER trail_record ON {EVENTS}")
    assert [t.name for t in attaching.missing()] == ["trail_record"]
    attaching.attach()
    assert attaching.missing() == []


SWAPPED = {
    "another function": "AFTER INSERT ON {} FOR EACH ROW EXECUTE FUNCTION quiet()",
    "a condition": "AFTER INSERT ON {} FOR EACH ROW WHEN (NEW.pgh_id < 0)"
    " EXECUTE FUNCTION trail_record('organisations.organisation', 'pgh_id', 'history')",
    "a former name": "AFTER INSERT ON {} FOR EACH ROW"
    " EXECUTE FUNCTION trail_record('organisations.body', 'pgh_id', 'history')",
    "a former key": "AFTER INSERT ON {} FOR EACH ROW"
    " EXECUTE FUNCTION trail_record('organisations.organisation', 'id', 'history')",
}


@pytest.mark.parametrize("definition", SWAPPED.values(), ids=SWAPPED)
def test_another_trigger_under_the_same_name_is_found_and_replaced(event, definition):
    run("CREATE FUNCTION quiet() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'")
    run(f"DROP TRIGGER trail_record ON {EVENTS}")
    run(f"CREATE TRIGGER trail_record {definition.format(EVENTS)}")
    run(f"ALTER TABLE {EVENTS} ENABLE ALWAYS TRIGGER trail_record")
    code, told = verified()
    assert code == 1
    assert "trail_record" in told
    attaching.attach()
    assert verified()[0] == 0


REPLACED = {
    "body": "CREATE OR REPLACE FUNCTION trail_record() RETURNS trigger LANGUAGE plpgsql"
    " SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC'"
    " AS 'BEGIN RETURN NULL; END'",
    "helper": "CREATE OR REPLACE FUNCTION trail_words(jsonb, jsonb) RETURNS tsvector"
    " LANGUAGE sql IMMUTABLE AS $$ SELECT ''::tsvector $$",
    "rights": "ALTER FUNCTION trail_record() SECURITY INVOKER",
    "settings": "ALTER FUNCTION trail_record() SET search_path = evil, public",
}


@pytest.mark.parametrize("statement", REPLACED.values(), ids=REPLACED)
def test_a_replaced_function_is_found_and_laid_anew(event, statement):
    run(statement)
    code, told = verified()
    assert code == 1
    assert ("trail_words(jsonb, jsonb)" if "words" in statement else "trail_record()") in told
    attaching.attach()
    assert verified()[0] == 0


def test_a_history_older_than_the_trail_is_taken_into_it():
    with unprotected(EVENTS, LEDGER):
        make_organisation("so-cu")
        run("DELETE FROM organisations_trailentry")
    adopt()
    entry = TrailEntry.objects.get(source=EVENTS)
    assert (entry.channel, entry.kind, entry.subject) == ("adopted", "insert", "Sở SO-CU")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM organisations_trailshape")
        assert cursor.fetchone() == (1,)
