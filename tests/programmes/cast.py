"""The bodies and people of the tests of this floor: Sở Công Thương leads, Sở KH&CN coordinates."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from organisations.models import Organisation, User
from programmes.models import Programme, ProgressUpdate, Task, TrialPeriod
from programmes.services import save_update_draft, submit_update
from tests.builders import (
    make_commitment,
    make_inspector,
    make_member,
    make_organisation,
    make_programme,
    make_task,
    make_trial_period,
    make_user,
)

TODAY = dt.date(2026, 11, 21)
NOW = dt.datetime(2026, 11, 21, 3, tzinfo=dt.UTC)
TEXT = {"percent": "40", "narrative": "Đã tập huấn 3 xã."}


@dataclass
class Cast:
    """Who plays, and the task they play about."""

    sct: Organisation
    skhcn: Organisation
    ppc: Organisation
    vnpt: Organisation
    viettel: Organisation
    programme: Programme
    task: Task
    period: TrialPeriod
    staff: User
    colleague: User
    head: User
    clerk: User
    reviewer: User
    coordinator_head: User
    coordinator_clerk: User
    office: User
    leader: User
    cooperator: User
    liaison_vnpt: User
    liaison_viettel: User
    stranger: User
    inspector: User
    administrator: User

    def save(self, **changes: Any) -> ProgressUpdate:
        """A draft of the lead's staff."""
        given: dict[str, Any] = {
            "task": self.task,
            "organisation": self.sct,
            "by": self.staff,
            "on": TODAY,
            "fields": TEXT,
            "version": None,
        }
        return save_update_draft(**given | changes)

    def submitted(self, **changes: Any) -> ProgressUpdate:
        """A submitted update of the lead's staff."""
        return submit_update(update=self.save(**changes), by=self.staff, on=TODAY)


def make_cast() -> Cast:
    """One task on trial since February, with two rival enterprises."""
    sct = make_organisation("sct", name="Sở Công Thương", short_name="Sở Công Thương")
    skhcn = make_organisation("skhcn", name="Sở Khoa học và Công nghệ", short_name="Sở KH&CN")
    ppc = make_organisation("ppc", name="UBND tỉnh Gia Lai", short_name="UBND tỉnh")
    office = make_organisation("vpub", name="Văn phòng UBND tỉnh", parent=ppc, is_office=True)
    police = make_organisation("ca", name="Công an tỉnh")
    vnpt = make_organisation("vnpt-gl", name="VNPT Gia Lai", kind="enterprise_unit")
    viettel = make_organisation("viettel-gl", name="Viettel Gia Lai", kind="enterprise_unit")
    programme = make_programme("GL-2023", coordinator=skhcn, authority=ppc)
    task = make_task(
        programme,
        code="GL-2023-09",
        number=9,
        name="Triển khai Hệ thống thông tin cơ sở dữ liệu ngành Công thương",
        lead=sct,
        partners=(vnpt, viettel),
        cooperating=(police,),
    )
    period = make_trial_period(task, dt.date(2026, 2, 1), dt.date(2027, 1, 31))
    make_commitment(period, vnpt, content="VNPT hứa máy chủ")
    make_commitment(period, viettel, content="Viettel hứa đường truyền")
    return Cast(
        sct=sct,
        skhcn=skhcn,
        ppc=ppc,
        vnpt=vnpt,
        viettel=viettel,
        programme=programme,
        task=task,
        period=period,
        staff=make_member(sct, username="staff.sct"),
        colleague=make_member(sct, username="colleague.sct"),
        head=make_member(sct, "head"),
        clerk=make_member(sct, "clerk"),
        reviewer=make_member(skhcn, username="reviewer.skhcn"),
        coordinator_head=make_member(skhcn, "deputy"),
        coordinator_clerk=make_member(skhcn, "clerk"),
        office=make_member(office),
        leader=make_member(ppc, "head"),
        cooperator=make_member(police),
        liaison_vnpt=make_member(vnpt),
        liaison_viettel=make_member(viettel),
        stranger=make_member(make_organisation("skhac")),
        inspector=make_inspector(make_organisation("thanhtra"), programme),
        administrator=make_user("admin", is_administrator=True),
    )
