"""Spreadsheets that were sent: one of a lead, waiting for a decision."""

import datetime as dt
import hashlib
from typing import Any

from programmes.models import Spreadsheet
from tests.builders import make_user
from tests.rights.cast import Cast
from tests.rights.oracle import Target

SECRET = "BANGTINH-sct"


def add_sheets(cast: Cast) -> None:
    """A file of the lead of the shared task; its own page and its body's address are about it."""
    line = {
        "task": cast.tasks["shared"].code,
        "name": SECRET,
        "mark": "",
        "changes": [{"label": SECRET, "old": "", "new": SECRET, "cell": "A1"}],
    }
    sheet = Spreadsheet.objects.create(
        kind="progress",
        state="read",
        organisation=cast.bodies["sct"],
        period_ends_on=dt.date(2026, 12, 14),
        file_name=f"{SECRET}.xlsx",
        size=1,
        sha256=hashlib.sha256(b"x").hexdigest(),
        content=b"x",
        rows=1,
        changed=1,
        differences=[line],
        uploaded_by=make_user(),
    )
    at: dict[str, Any] = {"task": "shared", "state": "draft", "body": "sct"}
    cast.add("sheet", "sct", sheet, at={"body": "sct"}, **at)
    cast.secrets[SECRET] = Target("sheet", SECRET, **at)
