"""`jobs/{id}/`: how far slow work is. Floors above say whose jobs else one may see."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from dti_tracker.shared.api.encoding import moment
from organisations.api.serializers import JobSerializer
from organisations.api.views import STANDING_TABLES, StandingView
from organisations.choices import JobState
from organisations.models import Job


class JobReading(StandingView):
    """Views that answer jobs."""

    def visible_jobs(self) -> QuerySet[Job]:
        """Jobs the caller asked for himself."""
        return Job.objects.filter(requested_by=self.standing.user_id)

    def result(self, job: Job) -> dict[str, Any] | None:
        """What came of it; null until done."""
        return job.result if job.state == JobState.DONE else None

    def job_body(self, job: Job) -> dict[str, Any]:
        """The answer for one job; an error is told calmly, its details are the administrator's."""
        failed = _("The work failed; the administrators have been told.")
        return {
            "url": self.address("job", job.uid),
            "id": job.uid,
            "kind": job.kind,
            "kind_label": job.get_kind_display(),
            "state": job.state,
            "state_label": job.get_state_display(),
            "progress": job.progress,
            "attempts": job.attempts,
            "result": self.result(job),
            "error": failed if job.state == JobState.FAILED else None,
            "started_at": moment(job.started_at),
            "finished_at": moment(job.finished_at),
            "created_at": moment(job.created_at),
            "updated_at": moment(job.updated_at),
        }


class JobView(JobReading):
    """One job."""

    sources = (*STANDING_TABLES, Job)

    @extend_schema(operation_id="job", tags=["jobs"], responses=JobSerializer)
    def get(self, request: Request, uid: uuid.UUID) -> Response:
        """State, progress, and what came of it."""
        job = self.visible_jobs().filter(uid=uid).first()
        if job is None:
            raise Http404
        return Response(self.job_body(job))
