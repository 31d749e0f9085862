"""The database of the tests, as other programs are told of it."""

from urllib.parse import quote

from django.db import connection


def database_url() -> str:
    """Its `DATABASE_URL`, by host and port or by socket folder."""
    params = connection.get_connection_params()
    host = str(params.get("host", ""))
    user = quote(str(params.get("user", "")))
    name = params["dbname"]
    if host.startswith("/"):
        return f"postgresql://{user}@/{name}?host={quote(host, safe='')}"
    password = f":{quote(str(params['password']))}" if params.get("password") else ""
    return f"postgresql://{user}{password}@{host}:{params.get('port', 5432)}/{name}"
