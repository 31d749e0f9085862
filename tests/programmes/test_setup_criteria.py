"""Criteria: moved once by one click, retired once, and a code that never names two."""

import pytest
from django.urls import reverse

from dti_tracker.shared.errors import Stale, WrongState
from organisations.models import Document
from programmes import services
from programmes.models import Criterion
from programmes.services import criteria
from tests.programmes.asking import signed_in
from tests.programmes.cast import TODAY

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def asked(cast):
    """Who asks, and when."""
    return {"by": cast.reviewer, "on": TODAY}


@pytest.fixture
def ground(cast):
    return services.Ground("Theo đề nghị của Sở", Document.objects.first())


def listed(cast):
    return list(cast.programme.criteria.order_by("order", "pk"))


def added(cast, asked, name):
    return services.add_criterion(
        programme=cast.programme, values={"name": name, "name_en": ""}, **asked
    )


def moved(asked, criterion, seen, *, up=False):
    services.move_criterion(criterion=criterion, up=up, seen=services.mark_of(*seen), **asked)


def retired(asked, ground, criterion, seen=None):
    seen = services.mark_of(seen or criterion)
    services.retire_criterion(criterion=criterion, ground=ground, seen=seen, **asked)


def test_a_criterion_changes_places_with_its_neighbour(cast, asked):
    first, second = listed(cast)

    moved(asked, second, [first, second], up=True)
    assert listed(cast) == [second, first]
    moved(asked, second, listed(cast), up=True)
    assert listed(cast) == [second, first]


@pytest.mark.parametrize("gap", [0, 1])
def test_a_double_click_moves_once(cast, asked, gap):
    """Also where a retired criterion left a gap, so that moving changes no number of its own."""
    third = added(cast, asked, "Tiêu chí thứ ba")
    for criterion in listed(cast):
        criterion.order += gap
        criterion.save()
    first, second, third = seen = listed(cast)

    moved(asked, first, seen)
    with pytest.raises(Stale):
        moved(asked, first, seen)

    assert listed(cast) == [second, first, third]


def test_without_the_mark_a_double_click_moves_twice(cast, asked, monkeypatch):
    """The twin."""
    monkeypatch.setattr(criteria, "require_seen", lambda *args: None)

    with pytest.raises(pytest.fail.Exception):
        test_a_double_click_moves_once(cast, asked, 0)


def test_a_page_that_is_out_of_date_says_so_and_moves_nothing(cast):
    client = signed_in(cast.reviewer, "en")
    first, second = listed(cast)
    page = client.get(reverse("programmes:setup_programme", args=["GL-2023"]))
    address = reverse("programmes:setup_criterion_move", args=["GL-2023", first.code])
    typed = {"direction": "down", "seen": page.context["criteria_seen"]}
    assert f'name="seen" value="{typed["seen"]}"' in page.text

    assert client.post(address, typed).status_code == 302
    again = client.post(address, typed)

    assert again.status_code == 412
    assert "Somebody else changed this" in again.text
    assert listed(cast) == [second, first]
    assert client.post(address, {"direction": "down"}).status_code == 412


def test_a_criterion_is_retired_as_it_was_read(cast, asked, ground):
    first, _second = listed(cast)
    Criterion.objects.filter(pk=first.pk).update(name="Lời của người khác")

    with pytest.raises(Stale):
        retired(asked, ground, first)

    assert Criterion.objects.filter(pk=first.pk).exists()


def test_who_retires_or_moves_what_was_retired_meanwhile_is_told(cast, asked, ground):
    first, second = listed(cast)
    gone = Criterion.objects.get(pk=second.pk)
    retired(asked, ground, second)

    with pytest.raises(WrongState, match="retired meanwhile"):
        retired(asked, ground, gone)
    with pytest.raises(WrongState, match="retired meanwhile"):
        moved(asked, gone, [first, gone])


def test_the_code_of_a_retired_criterion_never_names_another(cast, asked, ground):
    last = added(cast, asked, "Một")
    retired(asked, ground, last)

    following = added(cast, asked, "Hai")

    assert (last.code, following.code) == ("c3", "c4")
    assert listed(cast)[-1] == following
