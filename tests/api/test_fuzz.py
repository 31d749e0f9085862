"""Whatever is sent: an answer or a refusal, never a 500."""

import json
from dataclasses import dataclass
from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dti_tracker.shared.time import today
from reports.models import Evaluation
from tests.reports.cast import make_cast, opened

FEW = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
PARAMETERS = [
    "search",
    "state",
    "health",
    "programme",
    "lead_organisation",
    "partner",
    "main_indicator",
    "pillar",
    "ends_before",
    "as_of",
    "updated_since",
    "ordering",
    "page_size",
    "cursor",
    "task",
    "evaluation",
    "type",
    "is_submitted",
    "x",
]
LISTS = ["tasks/", "programmes/", "evaluations/", "reports/", "programmes/GL-2023/status/"]
SEEDS = [
    "on_trial",
    "red",
    "GL-2023",
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "1e9",
    "-1",
    "null",
]
ODD = st.one_of(
    st.text(max_size=30),
    st.sampled_from([*SEEDS, "\0", "%", "'", '"', "\\", "٣", "²", "１", "-", ",", "code,,name"]),
    st.integers().map(str),
    st.datetimes().map(str),
    st.binary(max_size=12).map(lambda raw: raw.decode("latin-1")),
)
NAMES = st.one_of(
    st.sampled_from(
        ["results", "causes", "cost_vnd", "proposal", "criteria", "kind", "starts_on", "text"]
    ),
    st.text(max_size=5),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
ANSWERS = {200, 202, 304, 308, 400, 403, 404, 405, 406, 409, 412, 413, 415, 422, 428}


@dataclass
class World:
    """An evaluation and somebody who may write it."""

    client: Client
    evaluation: Evaluation

    def path(self, rest: str = "") -> str:
        return f"/api/v1/evaluations/{self.evaluation.uid}/{rest}"


@pytest.fixture
def world(db):
    cast = make_cast()
    client = Client(headers={"accept-language": "en"}, raise_request_exception=False)
    client.force_login(cast.staff)
    return World(client, opened(cast, today()))


@FEW
@given(st.sampled_from(LISTS), st.dictionaries(st.sampled_from(PARAMETERS), ODD, max_size=3))
def test_no_query_breaks_a_list(world, path, query):
    text = "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items())
    answer = world.client.get(f"/api/v1/{path}?{text}")
    assert answer.status_code in ANSWERS, (path, query, answer.content[:300])


@FEW
@given(st.sampled_from(LISTS), st.binary(max_size=40))
def test_no_bytes_in_the_query_break_a_list(world, path, raw):
    answer = world.client.get(f"/api/v1/{path}", QUERY_STRING=raw.decode("latin-1"))
    assert answer.status_code in ANSWERS


@FEW
@given(st.text(max_size=40))
def test_no_path_breaks_the_api(world, text):
    answer = world.client.get(f"/api/v1/{quote(text, safe='/')}")
    assert answer.status_code in ANSWERS, (text, answer.content[:300])


@FEW
@given(JSON)
def test_no_json_breaks_a_change(world, body):
    content = json.dumps(body, default=lambda raw: raw.decode("latin-1"))
    answer = world.client.patch(
        world.path(), content, content_type="application/json", headers={"if-match": "*"}
    )
    assert answer.status_code in ANSWERS, (body, answer.content[:300])


@FEW
@given(st.dictionaries(NAMES, JSON, max_size=3), st.sampled_from(["send_to_head", "return"]))
def test_no_json_breaks_a_move(world, body, verb):
    content = json.dumps(body, default=lambda raw: raw.decode("latin-1"))
    for rest in (f"actions/{verb}/", "reports/"):
        answer = world.client.post(world.path(rest), content, content_type="application/json")
        assert answer.status_code in ANSWERS, (body, answer.content[:300])


@FEW
@given(st.binary(max_size=60), st.sampled_from(["", "; charset=utf-7", "; charset=idna", ";;"]))
def test_no_bytes_break_a_change(world, raw, suffix):
    answer = world.client.generic(
        "PATCH", world.path(), raw, "application/json" + suffix, headers={"if-match": "*"}
    )
    assert answer.status_code in ANSWERS


@FEW
@given(
    st.sampled_from(["accept", "accept-language", "if-none-match", "if-match", "idempotency-key"]),
    st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=40),
)
def test_no_header_breaks_anything(world, name, value):
    for answer in (
        world.client.get(world.path(), headers={name: value}),
        world.client.patch(
            world.path(), "{}", content_type="application/json", headers={name: value}
        ),
        world.client.post(
            world.path("reports/"), "{}", content_type="application/json", headers={name: value}
        ),
    ):
        assert answer.status_code in ANSWERS, (name, value, answer.content[:300])
