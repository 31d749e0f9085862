"""Every address × method × person × object × state answers what the table of rights says."""

import pytest
from django.db import transaction

from organisations import rights
from organisations.models import Notice
from organisations.rights import Cell, Relation
from programmes.models import Commitment
from reports.models import Evaluation
from tests.rights import routes, walking
from tests.rights.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clocked")]
ADDRESSES = {address.route: address for address in routes.addresses()}
LINES = [line for line in routes.table() if line.route in ADDRESSES]
WALKED = [line for line in LINES if line.action != "not_walked"]


def line_of(route: str, method: str) -> routes.Line:
    return next(line for line in LINES if (line.route, line.method) == (route, method))


def wrong_cells(cast: Cast, route: str, method: str, *names: str) -> str:
    line = line_of(route, method)
    return "\n".join(walking.walk(line, ADDRESSES[route], cast, names=names))


@pytest.mark.parametrize("line", WALKED, ids=str)
def test_everybody_is_answered_by_the_table(line: routes.Line, cast: Cast):
    wrong = list(walking.walk(line, ADDRESSES[line.route], cast))
    assert not wrong, "\n" + "\n".join(wrong)


def test_a_flipped_cell_of_the_table_is_found(cast, monkeypatch):
    """Twin: the application enforces another table than the one that is walked."""
    flipped = {action: dict(cells) for action, cells in rights.table().items()}
    flipped["write_evaluation"][Relation.LEAD_CLERK] = Cell.read("Y")
    monkeypatch.setattr(rights, "table", lambda: flipped)
    wrong = wrong_cells(cast, "api:evaluation", "PATCH", "lead_clerk")
    assert "lead_clerk · evaluation shared open: expected 403, got 200" in wrong
    assert "refused, and yet wrote in" in wrong


def test_a_cell_taken_away_is_found(cast, monkeypatch):
    """Twin: the application refuses what the table allows."""
    flipped = {action: dict(cells) for action, cells in rights.table().items()}
    flipped["accept_update"][Relation.COORDINATOR] = Cell.read("-")
    monkeypatch.setattr(rights, "table", lambda: flipped)
    wrong = wrong_cells(cast, "programmes:update_accept", "POST", "coordinator_staff")
    assert "expected 200, got 403" in wrong


def test_a_view_that_asks_nobody_is_found(cast, monkeypatch):
    """Twin: a page that shows every evaluation to everybody."""
    everything = type(Evaluation.objects.all())
    monkeypatch.setattr(everything, "visible_to", lambda self, standing: self.all())
    wrong = wrong_cells(cast, "reports:evaluation", "GET", "stranger", "vnpt")
    assert "stranger · evaluation shared" in wrong
    assert "tells DANHGIA-shared, which is not for vnpt" in wrong


def test_a_rivals_promise_on_a_page_is_found(cast, monkeypatch):
    """Twin: the page is allowed, a line on it is not."""
    everything = type(Commitment.objects.all())
    monkeypatch.setattr(everything, "visible_to", lambda self, standing: self.all())
    wrong = wrong_cells(cast, "programmes:task_detail", "GET", "vnpt")
    assert "tells HUA-shared-viettel, which is not for vnpt" in wrong


def test_a_write_is_noticed_also_when_it_was_taken_back(cast):
    """Twin: the comparison of the database sees what a refused request tried."""
    before = walking.writes()
    with transaction.atomic():
        Notice.objects.filter(pk=cast.targets["notice"][0].key.pk).update(text="khác")
        transaction.set_rollback(True)
    after = walking.writes()
    changed = {name for name, count in after.items() if count != before.get(name, 0)}
    assert changed == {"organisations_notice"}
