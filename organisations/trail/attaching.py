"""The triggers of the trail: on every history and append-only table, and none of them optional.

They are hung on after each migration, so that a model that is tracked tomorrow has them too, and one
that was renamed has them under its present name. They fire `ALWAYS`: neither `pgtrigger.ignore` nor `session_replication_role` opens them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pghistory.models
from django.apps import AppConfig, apps
from django.db import connection, models, transaction

from organisations.models import TrailEntry, TrailSeal, TrailShape
from organisations.trail import functions, registry

RECORD, GUARD, REFUSE, WHOLE = "trail_record", "trail_guard", "trail_refuse", "trail_whole"


@dataclass(frozen=True)
class Trigger:
    """One trigger of one table; its definition as PostgreSQL itself writes it."""

    table: str
    name: str
    definition: str

    @property
    def statement(self) -> str:
        return f"CREATE TRIGGER {self.name} {self.definition}"


@dataclass(frozen=True)
class Source:
    """A table whose rows the trail records."""

    table: str
    model: str
    key: str
    is_history: bool


def sources() -> list[Source]:
    """Every history and every append-only table of the project."""
    kept = [
        Source(m._meta.db_table, registry.label(tracked(m)), key_of(m), True) for m in histories()
    ]
    rows = [
        Source(m._meta.db_table, registry.label(m), key_of(m), False)
        for m in registry.append_only_models()
    ]
    return kept + rows


def histories() -> list[type[models.Model]]:
    """The tables in which the states of tracked rows are kept."""
    return [
        m
        for m in apps.get_models()
        if issubclass(m, pghistory.models.Event) and m._meta.managed and not m._meta.proxy
    ]


def key_of(model: type[models.Model]) -> str:
    """The column of the primary key."""
    return str(model._meta.pk.column)


def tracked(history: type[models.Model]) -> type[models.Model]:
    """Whose rows a history keeps."""
    model: type[models.Model] = history.pgh_tracked_model  # type: ignore[attr-defined]
    return model


def wanted() -> Iterator[Trigger]:
    """Every trigger there should be."""
    for source in sources():
        yield from _of_source(source)
    yield _guard(TrailEntry._meta.db_table)
    for model in (TrailEntry, TrailSeal, TrailShape):
        yield from _refusals(model._meta.db_table)


def _of_source(source: Source) -> Iterator[Trigger]:
    operations = "INSERT" if source.is_history else "INSERT OR DELETE OR UPDATE"
    kind = "history" if source.is_history else "rows"
    yield Trigger(
        source.table,
        RECORD,
        f"AFTER {operations} ON {source.table} FOR EACH ROW"
        f" EXECUTE FUNCTION trail_record('{source.model}', '{source.key}', '{kind}')",
    )
    if source.is_history:
        yield _guard(source.table)
        yield from _refusals(source.table)
    else:
        yield _whole(source.table)


def _guard(table: str) -> Trigger:
    definition = f"BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION trail_only_by_trigger()"
    return Trigger(table, GUARD, definition)


def _refusals(table: str) -> Iterator[Trigger]:
    definition = f"BEFORE DELETE OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION trail_refuse()"
    yield Trigger(table, REFUSE, definition)
    yield _whole(table)


def _whole(table: str) -> Trigger:
    definition = f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION trail_refuse()"
    return Trigger(table, WHOLE, definition)


def missing() -> list[Trigger]:
    """Triggers that are not there, are others under their names, or do not always fire; two queries."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        cursor.execute(
            "SELECT c.relname, pg_get_triggerdef(t.oid, true) FROM pg_trigger t"
            " JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgname LIKE 'trail\\_%'"
            " AND t.tgenabled = 'A' AND pg_table_is_visible(c.oid)"
        )
        present = set(cursor.fetchall())
    return [t for t in wanted() if t.table in tables and (t.table, t.statement) not in present]


@transaction.atomic
def attach() -> int:
    """Hang up what is missing, and take histories from before the trail into it; says how many."""
    functions.lay()
    lacking = missing()
    new = {t.table for t in lacking if t.name == RECORD}
    adoptable = [source for source in sources() if source.table in new and _is_unknown(source)]
    with connection.cursor() as cursor:
        for trigger in lacking:
            cursor.execute(f"DROP TRIGGER IF EXISTS {trigger.name} ON {trigger.table}")
            cursor.execute(trigger.statement)
            cursor.execute(f"ALTER TABLE {trigger.table} ENABLE ALWAYS TRIGGER {trigger.name}")
        if adoptable:
            _adopt(cursor, adoptable)
    return len(lacking)


def _is_unknown(source: Source) -> bool:
    return not TrailEntry.objects.filter(source=source.table).exists()


def _adopt(cursor: Any, found: list[Source]) -> None:
    """Rows that are older than the trail, as far as it is known who made them."""
    table = TrailEntry._meta.db_table
    cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {GUARD}")
    for source in found:
        for statement in _adoption(source):
            cursor.execute(statement)
    cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {GUARD}")


def _adoption(source: Source) -> tuple[str, str]:
    """The columns of a table, then a line for each of its rows; all names in them are our own."""
    if source.is_history:
        at, kind, target, context = "h.pgh_created_at", "h.pgh_label", "h.pgh_obj_id", "c.id"
        told, join = "c.metadata", "LEFT JOIN pghistory_context c ON c.id = h.pgh_context_id"
    else:
        at, kind, target, context = "h.at", "'insert'", f"h.{source.key}", "NULL::uuid"
        told, join = "jsonb_strip_nulls(jsonb_build_object('user', h.user_id))", ""
    columns = f"""
        INSERT INTO organisations_trailshape (source, columns)
        SELECT '{source.table}', array_agg(key) FROM jsonb_object_keys(
            (SELECT to_jsonb(h) FROM {source.table} h LIMIT 1)) AS key HAVING count(*) > 0
    """  # noqa: S608
    lines = f"""
        INSERT INTO organisations_trailentry (at, source, event_id, model, object_id, subject, kind,
            user_id, channel, context_id, circumstances, db_role, db_address, db_application,
            shape_id, digest, words)
        SELECT at, '{source.table}', key, '{source.model}', object, trail_name(row), kind,
            (told ->> 'user')::bigint, 'adopted', context, told, session_user, inet_client_addr(),
            current_setting('application_name'),
            (SELECT id FROM organisations_trailshape WHERE source = '{source.table}'),
            sha256(convert_to(row::text, 'UTF8')), trail_words(told, row)
        FROM (
            SELECT {at} AS at, h.{source.key} AS key, {target} AS object, {kind} AS kind,
                {context} AS context, coalesce({told}, '{{}}') AS told, to_jsonb(h) AS row
            FROM {source.table} h {join} ORDER BY 1, 2
        ) AS rows
    """  # noqa: S608
    return columns, lines


def attach_after_migration(
    app_config: AppConfig | None = None, using: str = "default", **_rest: Any
) -> None:
    """`post_migrate` of an app that tracks something; the tables of all apps are there by then."""
    found = app_config.get_models() if app_config is not None and using == "default" else ()
    if any(issubclass(m, pghistory.models.Event) for m in found) and _is_laid():
        attach()


def _is_laid() -> bool:
    """Whether the trail's own tables are there: a migration back may remove them."""
    with connection.cursor() as cursor:
        return TrailShape._meta.db_table in connection.introspection.table_names(cursor)
