"""The OpenAPI description is valid, complete, and what is really answered conforms to it."""

import json
import re
from typing import Any

import pytest
from django.core.management import call_command
from jsonschema import (  # type: ignore[import-untyped]
    Draft202012Validator,
    FormatChecker,
)

from dti_tracker.shared.time import today
from programmes.models import Programme
from tests.api.test_programmes import make_result
from tests.api.test_reports import make_report
from tests.reports.cast import make_cast, submitted

pytestmark = pytest.mark.django_db
PROBLEM = "application/problem+json"
OPEN_DOORS = {"/api/v1/schema/", "/api/v1/docs/"}


@pytest.fixture(scope="session")
def schema(tmp_path_factory) -> Any:
    """As the command writes it; warnings and errors fail."""
    target = tmp_path_factory.mktemp("schema") / "schema.json"
    call_command(
        "spectacular",
        "--validate",
        "--fail-on-warn",
        format="openapi-json",
        file=str(target),
    )
    return strict(json.loads(target.read_text(encoding="utf-8")))


def strict(part: Any) -> Any:
    """No member beyond those described, and those of answers all there; null as JSON Schema says it."""
    if isinstance(part, list):
        return [strict(inner) for inner in part]
    if not isinstance(part, dict):
        return part
    found = {name: strict(inner) for name, inner in part.items()}
    if found.get("type") == "object" and "properties" in found:
        found.setdefault("additionalProperties", False)
    if found.pop("nullable", False):
        found = {"anyOf": [found, {"type": "null"}]}
    return found


def operations(schema):
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def check(schema, answer, path: str, method: str = "get") -> None:
    operation = schema["paths"][path][method]
    described = operation["responses"][str(answer.status_code)]
    media_type = answer.headers["Content-Type"].split(";")[0]
    shape = {**described["content"][media_type]["schema"], "components": schema["components"]}
    validator = Draft202012Validator(shape, format_checker=FormatChecker())
    errors = [
        f"{e.json_path}: {e.message}" for e in validator.iter_errors(json.loads(answer.content))
    ]
    assert not errors, f"{method} {path} {answer.status_code}: {errors[:5]}"


def test_every_operation_names_its_errors(schema):
    for path, method, operation in operations(schema):
        expected = {"400", "401", "403", "405", "406", "429", "503"}
        expected |= {"404"} if "{" in path else set()
        expected |= {"304"} if method == "get" else {"409", "412", "413", "415", "422"}
        expected |= {"428"} if method == "patch" else set()
        assert expected <= set(operation["responses"]), (path, method)
        for status in expected - {"304"}:
            assert PROBLEM in operation["responses"][status]["content"], (path, method, status)


def test_every_address_of_the_api_is_described(schema):
    from dti_tracker.api_urls import urlpatterns

    def addresses(patterns):
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                yield from addresses(pattern.url_patterns)
            elif pattern.name != "nothing":
                yield "/api/v1/" + re.sub(r"<\w+:(\w+)>", r"{\1}", str(pattern.pattern))

    assert set(addresses(urlpatterns)) - OPEN_DOORS == set(schema["paths"])


def test_the_schema_is_served_as_yaml_and_json(client):
    assert client.get("/api/v1/schema/").content.startswith(b"openapi: 3")
    answer = client.get("/api/v1/schema/", headers={"accept": "application/vnd.oai.openapi+json"})
    assert answer.json()["info"]["title"] == "DTI tracker"


def test_the_interactive_pages_need_nothing_inline_and_nothing_foreign(client):
    page = client.get("/api/v1/docs/")
    html = page.content.decode()

    assert page.status_code == 200
    assert "'unsafe-inline'" not in page.headers["Content-Security-Policy"]
    assert "<style" not in html
    assert "style=" not in html
    assert re.findall(r"<script>", html) == []
    for source in re.findall(r'(?:src|href)="([^"]*)"', html):
        assert source.startswith("/"), source
    script = re.findall(r'src="(/api[^"]*)"', html)[0]
    assert b"SwaggerUIBundle" in client.get(script).content


@pytest.mark.parametrize("language", ["vi", "en"])
def test_answers_about_tasks_conform(schema, province, sign_in, language):
    province.task(code="A-1")
    empty = province.task(code="B-2")
    empty.updates.all().delete()
    empty.trial_periods.update(starts_on=None, ends_on=None)
    make_result(province.committee)
    client = sign_in(province.person("lead"), language)

    check(schema, client.get("/api/v1/tasks/"), "/api/v1/tasks/")
    check(schema, client.get("/api/v1/tasks/A-1/"), "/api/v1/tasks/{code}/")
    check(schema, client.get("/api/v1/tasks/B-2/"), "/api/v1/tasks/{code}/")
    check(schema, client.get("/api/v1/tasks/NONE/"), "/api/v1/tasks/{code}/")
    check(schema, client.get("/api/v1/tasks/?x=1"), "/api/v1/tasks/")
    check(schema, client.get("/api/v1/programmes/"), "/api/v1/programmes/")
    check(schema, client.get("/api/v1/programmes/GL-2023/"), "/api/v1/programmes/{code}/")
    status = "/api/v1/programmes/{code}/status/"
    check(schema, client.get("/api/v1/programmes/GL-2023/status/"), status)
    Programme.objects.get(code="GL-2023").duties.all().delete()
    check(schema, client.get("/api/v1/programmes/GL-2023/status/"), status)


def test_what_an_administrator_is_answered_conforms(schema, province, administrator):
    province.task(code="A-1")

    check(schema, administrator.get("/api/v1/tasks/A-1/"), "/api/v1/tasks/{code}/")
    check(schema, administrator.get("/api/v1/tasks/?health=red"), "/api/v1/tasks/")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_answers_about_evaluations_conform(schema, sign_in, language):
    cast = make_cast()
    evaluation = submitted(cast, today())
    make_report(evaluation)
    client = sign_in(cast.reviewer, language)
    own, pattern = f"/api/v1/evaluations/{evaluation.uid}/", "/api/v1/evaluations/{uid}/"

    def post(path: str, body: Any = None):
        return client.post(path, body or {}, content_type="application/json")

    check(schema, client.get("/api/v1/evaluations/"), "/api/v1/evaluations/")
    check(schema, client.get(own), pattern)
    check(schema, client.get(own + "readiness/"), pattern + "readiness/")
    check(schema, post(own + "reports/"), pattern + "reports/", "post")
    check(schema, client.patch(own, {}, content_type="application/json"), pattern, "patch")
    actions = pattern + "actions/{verb}/"
    check(schema, post(own + "actions/accept/", {"coment": "x"}), actions, "post")
    check(schema, post(own + "actions/return/"), actions, "post")
    check(schema, post(own + "actions/return/", {"comment": "Thiếu."}), actions, "post")
    check(schema, client.get("/api/v1/reports/"), "/api/v1/reports/")
    report = client.get("/api/v1/reports/").json()["results"][0]["id"]
    check(schema, client.get(f"/api/v1/reports/{report}/"), "/api/v1/reports/{uid}/")
    job = post(own + "reports/").headers["Location"]
    check(schema, client.get(job), "/api/v1/jobs/{uid}/")


def test_the_check_itself_would_notice(schema, province, staff):
    """The twin: an answer with a member too many, or a missing one, does not conform."""
    province.task(code="A-1")
    answer = staff.get("/api/v1/tasks/A-1/")
    body = answer.json()
    for wrong in (body | {"surprise": 1}, {k: v for k, v in body.items() if k != "percent"}):
        answer.content = json.dumps(wrong).encode()
        with pytest.raises(AssertionError):
            check(schema, answer, "/api/v1/tasks/{code}/")


def test_the_description_is_itself_valid(schema):
    for component in schema["components"]["schemas"].values():
        Draft202012Validator.check_schema(component)
