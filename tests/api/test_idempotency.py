"""The same request at the same time: it happens once."""

import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from dti_tracker.shared.time import today
from organisations.models import AnsweredRequest
from organisations.models.idempotency import KEPT
from reports.models import EvaluationMove
from tests.builders import make_user
from tests.reports.cast import make_cast, written


def at_once(count: int, act: Any) -> list[Any]:
    """The results of an act done by several threads that start together."""
    results: list[Any] = []
    gate = threading.Barrier(count)

    def run() -> None:
        gate.wait(10)
        try:
            results.append(act())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_four_equal_requests_at_once_move_once_and_get_one_answer():
    cast = make_cast()
    evaluation = written(cast, today())
    path = f"/api/v1/evaluations/{evaluation.uid}/actions/send_to_head/"
    client = Client()
    client.force_login(cast.staff)
    cookies = client.cookies.output(header="", sep=";")

    def send() -> Any:
        return Client(headers={"cookie": cookies, "idempotency-key": "k-1"}).post(
            path, {"comment": "Xin xem."}, content_type="application/json"
        )

    answers = at_once(4, send)

    assert [answer.status_code for answer in answers] == [200] * 4
    assert len({answer.content for answer in answers}) == 1
    assert sum(answer.has_header("Idempotent-Replayed") for answer in answers) == 3
    assert EvaluationMove.objects.filter(evaluation=evaluation, verb="send_to_head").count() == 1


@pytest.mark.django_db
def test_a_key_is_free_again_after_its_time():
    user = make_user()
    old = timezone.now() - KEPT - KEPT
    AnsweredRequest.objects.create(user=user, key="k-1", fingerprint="x", created_at=old)
    AnsweredRequest.objects.create(user=user, key="k-2", fingerprint="x", created_at=timezone.now())

    expired = AnsweredRequest.objects.expired(now=timezone.now())

    assert [answered.key for answered in expired] == ["k-1"]
