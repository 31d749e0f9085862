"""Bodies of requests about evidence, by their key."""

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.rights.oracle import Actor, Target
from tests.rights.payloads import Payload, payload


@payload("evidence_new")
def evidence_new(_target: Target, _actor: Actor) -> Payload:
    return Payload({"file": SimpleUploadedFile("danh-sach.csv", b"STT;Ten\n1;Pleiku\n")})
