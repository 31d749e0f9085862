"""Who is asking: for now the session of a browser; bearer tokens stand beside it later."""

from rest_framework import authentication
from rest_framework.request import Request


class SessionAuthentication(authentication.SessionAuthentication):
    """The browser's session, with CSRF protection on everything that writes.

    Names a challenge, because without one the framework answers 403 where 401 is meant.
    """

    def authenticate_header(self, request: Request) -> str:
        return 'Session realm="api"'
