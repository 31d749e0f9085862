"""`evaluations`: list, one, what is missing, writing, moving, asking for the report."""

import uuid
from collections.abc import Mapping
from typing import Any, cast

from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from dti_tracker.shared.api.conditional import required_version, version_from
from dti_tracker.shared.api.encoding import moment
from dti_tracker.shared.api.fields import read
from dti_tracker.shared.api.filtering import filtered
from dti_tracker.shared.api.paging import Pager
from dti_tracker.shared.api.problems import BadValue
from dti_tracker.shared.api.schema import list_parameters, page_of
from dti_tracker.shared.api.views import updated_since
from organisations.api.idempotency import once
from organisations.api.serializers import JobSerializer
from organisations.models import User
from reports.api.filters import EvaluationsFilter
from reports.api.jobs import EvaluationJobs
from reports.api.reading import EvaluationReading
from reports.api.serializers import (
    ActionSerializer,
    EvaluationBriefSerializer,
    EvaluationChangeSerializer,
    EvaluationSerializer,
    NothingSerializer,
    ReadinessSerializer,
)
from reports.choices import TRANSITIONS, Verb
from reports.models import Evaluation
from reports.readiness import blocking
from reports.services import move_evaluation, request_report, write_evaluation
from reports.services.writing import Draft, Finding

ORDERINGS = {name: name for name in ("opened_on", "created_at", "updated_at", "state")}
DEFAULT_ORDERING = "-opened_on"
FILTERS = {
    "search": "Words of the task's name or code, with or without marks, in any case.",
    "state": "State.",
    "lead_organisation": "Code of the body that leads the task today, also by succession.",
    "programme": "Code of a programme.",
}
PLAIN_FIELDS = ("results", "shortcomings", "causes", "cost_vnd")
PROPOSAL_FIELDS = {
    "kind": "proposal_kind",
    "text": "proposal",
    "starts_on": "proposal_starts_on",
    "ends_on": "proposal_ends_on",
    "cost_vnd": "proposal_cost_vnd",
}
VERSION_NOTE = (
    "The ETag begins with the version of the text; `If-Match` takes it back. The part after the "
    "point stands for everything else in the answer."
)


class EvaluationListView(EvaluationReading):
    """The evaluations the caller may see."""

    parameters = frozenset(
        {*EvaluationsFilter.base_filters, "updated_since", "ordering", "page_size", "cursor"}
    )

    @extend_schema(
        operation_id="evaluations",
        tags=["evaluations"],
        parameters=list_parameters(EvaluationsFilter, ORDERINGS, DEFAULT_ORDERING, FILTERS),
        responses=page_of(EvaluationBriefSerializer),
    )
    def get(self, request: Request) -> Response:
        """Evaluations in brief, latest opened first."""
        filters = EvaluationsFilter(
            request.query_params, queryset=self.visible_evaluations(), standing=self.standing
        )
        evaluations = filtered(filters)
        if since := updated_since(request):
            evaluations = evaluations.filter(updated_at__gte=since)
        page = Pager(request, orderings=ORDERINGS, default=DEFAULT_ORDERING).rows(evaluations)
        return Response(page.body([self.brief(e) for e in page.rows], data_as_of=self.day))


class EvaluationObjectView(EvaluationReading):
    """Views of one evaluation."""

    def evaluation(self, uid: uuid.UUID) -> Evaluation:
        """404 as if it did not exist, where the caller may not see it."""
        evaluation = self.visible_evaluations().filter(uid=uid).first()
        if evaluation is None:
            raise Http404
        return evaluation

    @property
    def person(self) -> User:
        return cast(User, self.request.user)

    def answer(self, request: Request, uid: uuid.UUID) -> Response:
        """The evaluation as it stands after a change, with the ETag that its address has now."""
        path = self.address("evaluation", uid).removeprefix(self.site)
        mark = self.fingerprint(request, path=path)
        evaluation = self.evaluation(uid)
        return Response(
            self.body(evaluation), headers={"ETag": versioned(evaluation.version, mark)}
        )


def versioned(version: int, mark: str) -> str:
    """The ETag of an evaluation: version of its text, and a mark for everything else."""
    return f'"{version}.{mark}"'


class EvaluationView(EvaluationObjectView):
    """One evaluation."""

    def make_etag(self, request: Request) -> str:
        """Version of the text and fingerprint; what the caller may not see gets neither."""
        found = Evaluation.objects.filter(uid=self.kwargs["uid"]).values_list("version", flat=True)
        return versioned(found.first() or 0, self.fingerprint(request))

    @extend_schema(
        operation_id="evaluation",
        tags=["evaluations"],
        description=VERSION_NOTE,
        responses=EvaluationSerializer,
    )
    def get(self, request: Request, uid: uuid.UUID) -> Response:
        """One evaluation, what the caller may do with it and what is missing."""
        return Response(self.body(self.evaluation(uid)))

    @extend_schema(
        operation_id="write_evaluation",
        tags=["evaluations"],
        request=EvaluationChangeSerializer,
        responses=EvaluationSerializer,
    )
    def patch(self, request: Request, uid: uuid.UUID) -> Response:
        """Save what the lead judges and proposes."""
        evaluation = self.evaluation(uid)
        version = required_version(request, present=evaluation.version)
        draft = draft_from(read(EvaluationChangeSerializer, request.data))
        write_evaluation(
            evaluation=evaluation, draft=draft, by=self.person, on=self.today, version=version
        )
        return self.answer(request, uid)


class ReadinessView(EvaluationObjectView):
    """What is missing before the submission."""

    @extend_schema(operation_id="readiness", tags=["evaluations"], responses=ReadinessSerializer)
    def get(self, request: Request, uid: uuid.UUID) -> Response:
        """Each gap with a sentence, a link and whose it is."""
        evaluation = self.evaluation(uid)
        return Response(
            {
                "url": self.address("readiness", uid),
                "evaluation": self.address("evaluation", uid),
                "is_ready": not blocking(evaluation),
                "missing": self.missing(evaluation),
                "created_at": moment(evaluation.created_at),
                "updated_at": moment(evaluation.updated_at),
            }
        )


class ActionView(EvaluationObjectView):
    """Moves an evaluation along its route."""

    @extend_schema(
        operation_id="move_evaluation",
        tags=["evaluations"],
        parameters=[
            OpenApiParameter(
                "verb", OpenApiTypes.STR, OpenApiParameter.PATH, enum=[v.value for v in TRANSITIONS]
            )
        ],
        request=ActionSerializer,
        responses=EvaluationSerializer,
    )
    def post(self, request: Request, uid: uuid.UUID, verb: str) -> HttpResponseBase:
        """One verb; `may` of the evaluation says which lead on from its state, and why not."""
        evaluation = self.evaluation(uid)
        if verb not in TRANSITIONS:
            raise Http404
        values = read(ActionSerializer, request.data)

        def act() -> Response:
            move_evaluation(
                evaluation=evaluation,
                verb=Verb(verb),
                by=self.person,
                on=self.today,
                comment=values["comment"],
                version=version_from(request, present=evaluation.version),
            )
            return self.answer(request, uid)

        return once(request, act)


class EvaluationReportsView(EvaluationJobs, EvaluationObjectView):
    """Asks for the report of an evaluation."""

    @extend_schema(
        operation_id="request_report",
        tags=["evaluations", "reports"],
        request=NothingSerializer,
        responses={202: JobSerializer},
    )
    def post(self, request: Request, uid: uuid.UUID) -> HttpResponseBase:
        """Generate or repeat the report from today's data; unchanged data give the same job."""
        evaluation = self.evaluation(uid)
        read(NothingSerializer, request.data)

        def act() -> Response:
            job = request_report(evaluation=evaluation, by=self.person, on=self.today)
            return Response(
                self.job_body(job), status=202, headers={"Location": self.address("job", job.uid)}
            )

        return once(request, act)


def draft_from(values: Mapping[str, Any]) -> Draft:
    """A checked body as the service takes it; null of a text or choice is empty."""
    proposal = values.get("proposal", {})
    fields = {name: values[name] for name in PLAIN_FIELDS if name in values}
    fields |= {PROPOSAL_FIELDS[name]: value for name, value in proposal.items()}
    if "proposal_kind" in fields:
        fields["proposal_kind"] = fields["proposal_kind"] or ""
    findings = tuple(
        Finding(finding["code"], finding["verdict"] or "", finding["evidence"])
        for finding in values.get("criteria", ())
    )
    if not fields and not findings:
        raise BadValue("", _("There is nothing to change."), "empty")
    return Draft(fields, findings)
