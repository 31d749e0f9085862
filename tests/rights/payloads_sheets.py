"""Bodies of requests that send a spreadsheet."""

from django.core.files.uploadedfile import SimpleUploadedFile

from dti_tracker.shared.time import today
from programmes.calendar import period_of
from tests.rights.oracle import Actor, Target
from tests.rights.payloads import Payload, payload
from tests.rights.payloads_set_up import ground


@payload("sheet_progress")
def sheet_progress(_target: Target, _actor: Actor) -> Payload:
    period = period_of(today(), "quarterly").ends_on.isoformat()
    return Payload({"period": period, "file": _file("Mã nhiệm vụ;Hoàn thành (%)\nT-1;50\n")})


@payload("sheet_dates")
def sheet_dates(_target: Target, _actor: Actor) -> Payload:
    return Payload({**ground(), "file": _file("Mã nhiệm vụ;Ngày bắt đầu;Ngày kết thúc\nT-1;;\n")})


def _file(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("bang.csv", text.encode())
