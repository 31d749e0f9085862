"""Jobs as this floor knows them: those of evaluations one may see, and the report that came of them."""

from typing import Any

from django.db.models import Q, QuerySet

from organisations.api.jobs import JobReading, JobView
from organisations.choices import JobState
from organisations.models import Job
from reports.api.reading import EVALUATION_TABLES
from reports.models import Evaluation, Snapshot


class EvaluationJobs(JobReading):
    """Adds the evaluations' jobs to one's own."""

    def visible_jobs(self) -> QuerySet[Job]:
        """Own jobs, and those that work on evaluations the caller may see."""
        evaluations = Evaluation.objects.visible_to(self.standing)
        subjects = Snapshot.objects.filter(evaluation__in=evaluations).values("uid")
        return Job.objects.filter(Q(requested_by=self.standing.user_id) | Q(subject__in=subjects))

    def result(self, job: Job) -> dict[str, Any] | None:
        """The report by its id and address."""
        if job.state != JobState.DONE or not job.result or "report" not in job.result:
            return None
        report = job.result["report"]
        return {"report": report, "url": self.address("report", report)}


class EvaluationJobView(EvaluationJobs, JobView):
    """One job the caller asked for or may follow."""

    sources = (*EVALUATION_TABLES, Job)
