"""Rights of the role with which web server, worker and scheduler enter the database."""

from django.db import connection, transaction

from organisations.models import TrailEntry, TrailSeal, TrailShape
from organisations.trail import attaching


class UnknownRoleError(Exception):
    """There is no such role, or it could undo what is granted here."""


@transaction.atomic
def grant(role: str) -> int:
    """Read and write everywhere, but only read and add where histories are; how many those are.

    The trail's own lines the role cannot even add: its triggers do it with their owner's rights.

    Raises:
        UnknownRoleError: there is no such role, or it is a superuser or an owner, or can become one.
    """
    _require_ordinary(role)
    added_to = [source.table for source in attaching.sources()] + [TrailSeal._meta.db_table]
    only_read = [TrailEntry._meta.db_table, TrailShape._meta.db_table]
    _run("GRANT USAGE ON SCHEMA public TO {role}", role)
    _run("REVOKE CREATE ON SCHEMA public FROM PUBLIC, {role}", role)
    _run("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}", role)
    _run("REVOKE TRUNCATE, REFERENCES, TRIGGER ON ALL TABLES IN SCHEMA public FROM {role}", role)
    _run("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}", role)
    _run("REVOKE TEMPORARY ON DATABASE {name} FROM PUBLIC, {role}", role, _database())
    for table in added_to:
        _run("REVOKE UPDATE, DELETE ON {name} FROM {role}", role, table)
    for table in only_read:
        _run("REVOKE INSERT, UPDATE, DELETE ON {name} FROM {role}", role, table)
    _run("REVOKE INSERT, UPDATE, DELETE ON {name} FROM {role}", role, "django_migrations")
    return len(added_to) + len(only_read)


def _require_ordinary(role: str) -> None:
    """Membership counts as the thing itself: `SET ROLE` is all it takes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array(SELECT o.rolname::text FROM pg_roles o WHERE pg_has_role(r.oid, o.oid, 'MEMBER')"
            " AND (o.rolsuper OR o.oid IN (SELECT relowner FROM pg_class WHERE relnamespace = n.oid)"
            " OR o.oid = n.nspowner OR o.oid = d.datdba))"
            " FROM pg_roles r, pg_namespace n, pg_database d WHERE r.rolname = %s"
            " AND n.nspname = 'public' AND d.datname = current_database()",
            [role],
        )
        found = cursor.fetchone()
    if found is None:
        raise UnknownRoleError(f"There is no role {role}: CREATE ROLE {role} LOGIN PASSWORD '…';")
    if found[0]:
        raise UnknownRoleError(
            f"{role} is, or can become, a superuser or an owner here ({', '.join(found[0])}):"
            " no right can bind it."
        )


def _database() -> str:
    return str(connection.settings_dict["NAME"])


def _run(statement: str, role: str, name: str = "") -> None:
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(statement.format(role=_quoted(role), name=quote(name)))


def _quoted(name: str) -> str:
    """A role's name comes from the command line: whatever it holds stays a name."""
    return '"' + name.replace('"', '""') + '"'
