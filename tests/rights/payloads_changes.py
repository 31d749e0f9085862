"""Bodies of requests of changes: links and their values, an early end, more time for a trial."""

from programmes.forms.changes import EndTrialForm, GrantForm, RefuseForm
from programmes.forms.links import LinkForm
from programmes.services import mark_of
from tests.builders import make_sub_indicator
from tests.rights.oracle import Actor, Target
from tests.rights.payloads import Payload, payload
from tests.rights.payloads_set_up import changed, fresh, ground, in_days


@payload("link_new")
def link_new(_target: Target, _actor: Actor) -> Payload:
    return changed({"sub_indicator": make_sub_indicator().pk, "direction": "rising", "share": "5"})


@payload("link_change")
def link_change(target: Target, _actor: Actor) -> Payload:
    return changed(LinkForm.recorded(fresh(target)), share="7")


@payload("link_taken_away")
def link_taken_away(target: Target, _actor: Actor) -> Payload:
    return changed(LinkForm.recorded(fresh(target)), action="unlink")


@payload("link_value")
def link_value(_target: Target, _actor: Actor) -> Payload:
    day = {"on": in_days(300), "certainty": "entered", "seen": mark_of()}
    return Payload({**ground(), **day, "value": "60", "unit": "%"})


@payload("trial_end")
def trial_end(target: Target, _actor: Actor) -> Payload:
    return changed(EndTrialForm.recorded(fresh(target)), ended_on=in_days(250))


@payload("extension_new")
def extension_new(_target: Target, _actor: Actor) -> Payload:
    return Payload({**ground(), "ends_on": in_days(60)})


@payload("extension_grant")
def extension_grant(target: Target, _actor: Actor) -> Payload:
    return changed(GrantForm.recorded(fresh(target)))


@payload("extension_refuse")
def extension_refuse(target: Target, _actor: Actor) -> Payload:
    return changed(RefuseForm.recorded(fresh(target)), remarks="Đủ thời gian")
