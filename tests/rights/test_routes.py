"""Every address of the site stands in the table of routes, and nothing else does."""

import pytest
from django.urls import clear_url_caches, path
from django.views.decorators.http import require_POST

from dti_tracker import urls
from organisations import rights
from tests.rights import routes


def pairs_of_site() -> set[tuple[str, str]]:
    return {(a.route, method) for a in routes.addresses() for method in a.methods}


def pairs_of_table() -> set[tuple[str, str]]:
    return {(line.route, line.method) for line in routes.table()}


def test_every_address_and_method_has_a_line():
    missing = pairs_of_site() - pairs_of_table()
    lines = "\n".join(f"  {route},{method},ACTION,KIND,,,," for route, method in sorted(missing))
    assert not missing, (
        "Add to tests/rights/routes.csv (ACTION a row of organisations/data/rights.csv or one of "
        f"{', '.join(routes.WORDS)}; KIND what the address names, or none; the columns are "
        f"described in tests/rights/routes.py):\n{lines}"
    )


def test_every_line_has_an_address():
    gone = pairs_of_table() - pairs_of_site()
    listed = "\n".join(f"  {route},{method},…" for route, method in sorted(gone))
    assert not gone, f"Take out of tests/rights/routes.csv, no such address or method:\n{listed}"


def test_no_line_stands_twice():
    lines = routes.table()
    assert len(set(lines)) == len(lines)


@pytest.mark.parametrize("line", routes.table(), ids=str)
def test_each_action_is_a_row_of_the_rights_or_a_word(line):
    assert line.action in routes.WORDS or set(line.actions) <= set(rights.table())


def test_each_line_names_what_its_address_asks_for():
    by_route = {a.route: a for a in routes.addresses()}
    for line in routes.table():
        address = by_route.get(line.route)
        if address is None:
            continue
        left = set(address.parameters) - set(line.kwargs)
        has_object = line.object != "none"
        assert bool(left) == has_object or line.object == "nothing", (
            f"{line}: the address asks for {sorted(left) or 'nothing'}, the table names "
            f"{line.object}"
        )


@require_POST
def forgotten(request):
    """A view that nobody wrote into the table."""


@pytest.fixture
def forgotten_address():
    """The site with one address more, under a resolver that reads its patterns anew."""
    address = path("secret/", forgotten)
    urls.urlpatterns.append(address)
    clear_url_caches()
    yield
    urls.urlpatterns.remove(address)
    clear_url_caches()


@pytest.mark.usefixtures("forgotten_address")
def test_a_forgotten_address_is_found():
    """Twin: an address outside the table makes the first test fail."""
    assert pairs_of_site() - pairs_of_table() >= {("secret/", "POST")}
