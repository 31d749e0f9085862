"""The trail's functions in the database: what its triggers do, and how what they write is searched.

They stand here, and not in a migration, because they are compared with what the database has: each
migration lays them anew where they differ, and `verify_history` says so.
"""

from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery
from django.db import connection


@dataclass(frozen=True)
class Function:
    """One function; arguments, result and settings as PostgreSQL itself writes them."""

    name: str
    arguments: str
    result: str
    body: str
    language: str = "plpgsql"
    is_immutable: bool = False
    is_definers: bool = False
    settings: tuple[str, ...] = ()

    @property
    def signature(self) -> str:
        return f"{self.name}({self.arguments})"

    @property
    def statement(self) -> str:
        """Lays the function, also over another one."""
        marks = ["IMMUTABLE" if self.is_immutable else "VOLATILE"]
        marks += ["SECURITY DEFINER" if self.is_definers else "SECURITY INVOKER"]
        marks += [f"SET {setting}" for setting in self.settings]
        return (
            f"CREATE OR REPLACE FUNCTION {self.signature} RETURNS {self.result}"
            f" LANGUAGE {self.language} {' '.join(marks)} AS $trail${self.body}$trail$"
        )

    @property
    def kept(self) -> tuple[str, str, str, str, bool, list[str]]:
        """What the database holds of it."""
        volatility = "i" if self.is_immutable else "v"
        settings = list(self.settings)
        return self.body, self.result, self.language, volatility, self.is_definers, settings


# Upper and lower case of one letter, with and without marks, whatever the locale of the server.
KEY = Function(
    name="trail_key",
    arguments="text",
    result="text",
    language="sql",
    is_immutable=True,
    body=r"""
SELECT regexp_replace(
    lower(translate(regexp_replace(normalize($1, NFD), '[\u0300-\u036f]+', '', 'g'), 'Đđ', 'dd')),
    '[^[:alnum:].:]+', ' ', 'g')
""",
)

NAME = Function(
    name="trail_name",
    arguments="jsonb",
    result="text",
    language="sql",
    is_immutable=True,
    body="""
SELECT left(coalesce(nullif($1 ->> 'full_name', ''), nullif($1 ->> 'name', ''),
    nullif($1 ->> 'title', ''), nullif($1 ->> 'subject', ''), nullif($1 ->> 'code', ''),
    nullif($1 ->> 'login', ''), ''), 200)
""",
)

# Of the circumstances and the row.
WORDS = Function(
    name="trail_words",
    arguments="jsonb, jsonb",
    result="tsvector",
    language="sql",
    is_immutable=True,
    body="""
SELECT to_tsvector('simple', trail_key(concat_ws(' ', trail_name($2), $1 ->> 'url', $1 ->> 'reason',
    $1 ->> 'command', $1 ->> 'job', $1 ->> 'token', $1 ->> 'document', $1 ->> 'address',
    $2 ->> 'address')))
""",
)

# Every word, the beginning of one too; nothing of what is typed is an operator. NULL without a word.
QUERY = Function(
    name="trail_query",
    arguments="text",
    result="tsquery",
    language="sql",
    is_immutable=True,
    body="""
SELECT to_tsquery('simple', string_agg(quote_literal(word) || ':*', ' & '))
FROM regexp_split_to_table(trail_key($1), ' ') AS word WHERE word ~ '[[:alnum:]]'
""",
)

RECORD = Function(
    name="trail_record",
    arguments="",
    result="trigger",
    is_definers=True,
    settings=("search_path=pg_catalog, public, pg_temp", "TimeZone=utc"),
    body=r"""
DECLARE
    -- model, key column, 'history' or 'rows'
    is_history CONSTANT boolean := TG_ARGV[2] = 'history';
    told CONSTANT text := current_setting('pghistory.context_metadata', true);
    told_id CONSTANT text := current_setting('pghistory.context_id', true);
    row_now jsonb;
    circumstances jsonb := '{}';
    known text[];
    shape integer;
    person text;
    door text;
    object text;
BEGIN
    IF TG_OP = 'DELETE' THEN row_now := to_jsonb(OLD); ELSE row_now := to_jsonb(NEW); END IF;
    IF told <> '' THEN circumstances := told::jsonb; END IF;
    SELECT array_agg(key) INTO known FROM jsonb_object_keys(row_now) AS key;
    SELECT id INTO shape FROM organisations_trailshape
        WHERE source = TG_TABLE_NAME AND columns = known;
    IF shape IS NULL THEN
        INSERT INTO organisations_trailshape (source, columns) VALUES (TG_TABLE_NAME, known)
            ON CONFLICT DO NOTHING;
        SELECT id INTO shape FROM organisations_trailshape
            WHERE source = TG_TABLE_NAME AND columns = known;
    END IF;
    person := circumstances ->> 'user';
    IF person IS NULL AND NOT is_history THEN person := row_now ->> 'user_id'; END IF;
    door := circumstances ->> 'channel';
    IF door IS NULL OR door NOT IN ('page', 'api', 'job', 'command') THEN
        door := CASE WHEN circumstances ? 'command' THEN 'command' ELSE 'sql' END;
    END IF;
    object := row_now ->> CASE WHEN is_history THEN 'pgh_obj_id' ELSE TG_ARGV[1] END;
    INSERT INTO organisations_trailentry (
        at, source, event_id, model, object_id, subject, kind, user_id, channel, context_id,
        circumstances, db_role, db_address, db_application, shape_id, digest, words
    ) VALUES (
        clock_timestamp(), TG_TABLE_NAME, (row_now ->> TG_ARGV[1])::bigint, TG_ARGV[0],
        CASE WHEN object ~ '^\d{1,18}$' THEN object::bigint END, trail_name(row_now),
        CASE WHEN is_history THEN left(row_now ->> 'pgh_label', 20) ELSE lower(TG_OP) END,
        CASE WHEN person ~ '^\d{1,18}$' THEN person::bigint END,
        door,
        CASE WHEN told_id <> '' THEN told_id::uuid END,
        circumstances, session_user, inet_client_addr(), current_setting('application_name'),
        shape, sha256(convert_to(row_now::text, 'UTF8')), trail_words(circumstances, row_now)
    );
    RETURN NULL;
END
""",
)

ONLY_BY_TRIGGER = Function(
    name="trail_only_by_trigger",
    arguments="",
    result="trigger",
    body="""
BEGIN
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'Histories are written by their triggers alone: INSERT into % is refused.',
            TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
""",
)

REFUSE = Function(
    name="trail_refuse",
    arguments="",
    result="trigger",
    body="""
BEGIN
    RAISE EXCEPTION 'History only grows: % on % is refused.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
""",
)

# Each may call those before it.
WANTED = (KEY, NAME, WORDS, QUERY, RECORD, ONLY_BY_TRIGGER, REFUSE)


class Words(SearchQuery):
    """Text to look for in the lines, spelt as they are."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.function = QUERY.name


def differing() -> list[Function]:
    """Functions that are not there, or not as they are written here; one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT w, p.prosrc, format_type(p.prorettype, NULL), l.lanname, p.provolatile::text,"
            " p.prosecdef, coalesce(p.proconfig, '{}') FROM unnest(%s) AS w"
            " JOIN pg_proc p ON p.oid = to_regprocedure(w) JOIN pg_language l ON l.oid = p.prolang",
            [[function.signature for function in WANTED]],
        )
        present = {signature: tuple(kept) for signature, *kept in cursor.fetchall()}
    return [function for function in WANTED if present.get(function.signature) != function.kept]


def lay() -> None:
    """Put every function there that is missing or another one."""
    with connection.cursor() as cursor:
        for function in differing():
            cursor.execute(function.statement)
