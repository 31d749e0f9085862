"""Who is asking, by the session of a browser; tokens stand on the floor that has their table."""

from rest_framework import authentication
from rest_framework.request import Request


class SessionAuthentication(authentication.SessionAuthentication):
    """The browser's session, with CSRF protection on everything that writes.

    Names a challenge, because without one the framework answers 403 where 401 is meant.
    """

    def authenticate_header(self, request: Request) -> str:
        return 'Session realm="api"'
