"""A real browser for the tests of pages: sizes, sign-in, and no error in the console."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client, override_settings
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from organisations.models import User

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    if not CHROMIUM.exists():
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(f"REQUIRE_BROWSER=1, but there is no {CHROMIUM}.")
        pytest.skip(f"There is no {CHROMIUM}.")
    # Playwright keeps an event loop in this thread, which Django takes for asynchronous code; with
    # it go other connections to the database than without, and none may stay open unseen.
    connections.close_all()
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=[*QUIET])
            yield chromium
            chromium.close()
            connections.close_all()
    finally:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session", autouse=True)
def plain_static() -> Iterator[None]:
    """The built files by their own names, so that the test server needs no `collectstatic`."""
    storages = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    with override_settings(STORAGES=storages, STATIC_ROOT=settings.BUILD_DIR / "assets"):
        yield


@pytest.fixture
def page_at(browser: Browser, plain_static: None, live_server: Any) -> Iterator[OpenPage]:
    """`page_at(1280, user=…, language="en")`: an empty page of that width, signed in as the user.

    Options: `user`, `language` (vi), `scheme` (light, dark), `script` (False switches JavaScript
    off), `failing` (True: the test makes requests fail, so the console may speak of them). The
    test fails at its end when any other page wrote an error to the console.
    """
    errors: list[str] = []
    contexts = []

    def open_page(
        width: int,
        *,
        user: User | None = None,
        language: str = "vi",
        scheme: Any = "light",
        script: bool = True,
        failing: bool = False,
    ) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 850},
            color_scheme=scheme,
            java_script_enabled=script,
        )
        contexts.append(context)
        cookies = {settings.LANGUAGE_COOKIE_NAME: language}
        if user is not None:
            client = Client()
            client.force_login(user)
            cookies[settings.SESSION_COOKIE_NAME] = client.cookies[
                settings.SESSION_COOKIE_NAME
            ].value
        context.add_cookies(
            [{"name": n, "value": v, "url": live_server.url} for n, v in cookies.items()]
        )
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        if not failing:
            page.on("console", lambda message: _note(message, errors))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not errors, "errors in the browser's console: " + " | ".join(errors)


def _note(message: ConsoleMessage, errors: list[str]) -> None:
    """Keep errors; an answer the server gave on purpose (4xx, 5xx) is not an error of the page."""
    if message.type == "error" and "the server responded with a status of" not in message.text:
        errors.append(message.text)
