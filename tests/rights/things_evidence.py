"""A file of evidence of each body that reports on a task, or takes part as an enterprise."""

import hashlib

from programmes.models import Evidence, EvidenceChunk, EvidenceContent, ProgressUpdate
from tests.builders import make_user
from tests.rights.cast import Cast
from tests.rights.oracle import TASKS, Target


def add_evidence(cast: Cast) -> None:
    """The lead's with its report, in the states of that; each enterprise's with the task."""
    for name, duties in TASKS.items():
        report = next(t.key for t in cast.targets["update"] if t.name == f"{name}/{duties.lead}")
        _add(cast, name, duties.lead, report)
        for firm in duties.partners:
            _add(cast, name, firm, None)


def _add(cast: Cast, task: str, body: str, report: ProgressUpdate | None) -> None:
    title = f"MINHCHUNG-{task}-{body}"
    data = f"NOIDUNG-{task}-{body}".encode()
    digest = hashlib.sha256(data).hexdigest()
    content = EvidenceContent.objects.create(sha256=digest, size=len(data), media_type="text/plain")
    EvidenceChunk.objects.create(content=content, number=0, data=data)
    evidence = Evidence.objects.create(
        task=cast.tasks[task],
        organisation=cast.bodies[body],
        update=report,
        content=content,
        title=title,
        file_name=f"{title}.txt",
        uploaded_by=make_user(),
    )
    states = ("draft", "submitted") if report and task == "shared" else ("submitted",)
    for state in states:
        cast.add("evidence", f"{task}/{body}", evidence, task=task, state=state, body=body)
    for secret in (title, data.decode()):
        cast.secrets[secret] = Target("evidence", secret, task, "submitted", body)
