"""A thousand pairs of edits at the same moment: one wins, the other is told, no text is lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import close_old_connections, connection
from django.test import Client

from dti_tracker.shared.errors import Stale
from organisations.models import User
from programmes.models import ProgressUpdate
from programmes.services import save_update_draft, updates
from tests.programmes.asking import signed_in, writing
from tests.programmes.cast import TODAY, Cast, make_cast

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("english", "at_today"),
]
SAVED, TOLD = "saved", "told"
Editor = Callable[[str, int], str]


def at_the_page(client: Client, address: str, action: str) -> Editor:
    """Somebody who saves on the page: while typing (JSON), or by the button (the page again)."""

    def edit(text: str, version: int) -> str:
        fields = {"action": action, "narrative": text, "version": version}
        answer = client.post(address, fields)
        if answer.status_code in (200, 302):
            return SAVED
        assert answer.status_code == 412, answer.content
        assert "saved this update at" in answer.text
        if action == "save":
            assert text in answer.text, "the page that refuses holds what was typed"
        return TOLD

    return edit


def over_the_services(cast: Cast, by: User) -> Editor:
    """A program that calls the services, as the REST interface does."""

    def edit(text: str, version: int) -> str:
        try:
            save_update_draft(
                task=cast.task,
                organisation=cast.sct,
                by=by,
                on=TODAY,
                fields={"narrative": text},
                version=version,
            )
        except Stale:
            return TOLD
        return SAVED

    return edit


def pairs(one: Editor, other: Editor, *, count: int) -> list[tuple[str, ...]]:
    """Both edit the same version at once, again and again; what each was answered."""
    barrier = Barrier(2)

    def edit(editor: Editor, text: str, version: int) -> str:
        barrier.wait(timeout=20)
        return editor(text, version)

    outcomes = []
    with ThreadPoolExecutor(2, initializer=close_old_connections) as pool:
        for number in range(count):
            version = ProgressUpdate.objects.get().version
            texts = (f"Một {version}.{number}", f"Hai {version}.{number}")
            sent = [
                pool.submit(edit, editor, text, version)
                for editor, text in zip((one, other), texts, strict=True)
            ]
            answers = tuple(future.result(timeout=30) for future in sent)
            kept = ProgressUpdate.objects.get().narrative
            assert texts[answers.index(SAVED)] == kept, "who was told “saved” finds it saved"
            outcomes.append(answers)
        list(pool.map(lambda _number: connection.close(), range(2)))
    return outcomes


@pytest.mark.slow
def test_of_a_thousand_pairs_every_one_has_one_winner_and_one_who_is_told():
    cast = make_cast()
    cast.save()
    address = writing(cast)
    staff, colleague = (
        at_the_page(signed_in(user, "en"), address, "autosave")
        for user in (cast.staff, cast.colleague)
    )
    button = at_the_page(signed_in(cast.colleague, "en"), address, "save")
    service = over_the_services(cast, cast.head)

    outcomes = [
        *pairs(staff, colleague, count=450),
        *pairs(staff, service, count=450),
        *pairs(staff, button, count=100),
    ]

    assert len(outcomes) == 1000
    assert all(sorted(answers) == [SAVED, TOLD] for answers in outcomes)
    first_wins = sum(answers[0] == SAVED for answers in outcomes)
    assert 0 < first_wins < 1000, "the pairs really race"
    events = ProgressUpdate.pgh_event_model.objects.values_list("narrative", flat=True)
    assert len(set(events)) == 1001, "what was saved once stays in the history"


def test_without_the_version_check_a_text_is_lost_at_once(monkeypatch):
    cast = make_cast()
    cast.save()
    monkeypatch.setattr(updates, "_require_version", lambda *args, **kwargs: None)
    version = ProgressUpdate.objects.get().version

    answers = [
        over_the_services(cast, by)(f"Bản của {by}", version) for by in (cast.staff, cast.colleague)
    ]

    assert answers == [SAVED, SAVED]
    assert ProgressUpdate.objects.get().narrative == f"Bản của {cast.colleague}"
