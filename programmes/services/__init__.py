"""Every write of this floor that has a rule, one module for each noun."""

from programmes.services.criteria import (
    add_criterion,
    move_criterion,
    retire_criterion,
    reword_criterion,
    with_judged,
)
from programmes.services.duties import (
    Assignment,
    add_body,
    change_lead,
    change_programme_duty,
    end_body,
)
from programmes.services.evidence import (
    Shows,
    add_evidence,
    uploading_body,
    withdraw_evidence,
)
from programmes.services.extensions import (
    ask_extension,
    grant_extension,
    refuse_extension,
    withdraw_extension,
)
from programmes.services.grounds import (
    Ground,
    mark_of,
)
from programmes.services.links import (
    change_link,
    link_indicator,
    set_link_value,
    share_left,
    unlink_indicator,
)
from programmes.services.mandates import (
    end_mandate,
    give_mandate,
)
from programmes.services.periods import (
    add_commitment,
    change_commitment,
    change_milestone,
    change_period,
    end_trial,
    enter_dates,
    partners_of,
    plan_milestone,
    plan_period,
    record_evaluation_opened,
)
from programmes.services.report_periods import (
    open_update,
    previous_update,
    reporting_period,
    returned_update,
)
from programmes.services.reviews import (
    accept_update,
    answer_entry,
    return_update,
)
from programmes.services.set_up import (
    change_programme,
    change_task,
    change_thresholds,
    create_programme,
    create_task,
    fix_task_state,
    require_thresholds_in_order,
)
from programmes.services.updates import (
    carried_fields,
    joining,
    last_writer,
    missing,
    save_update_draft,
    submit_update,
)

__all__ = [
    "Assignment",
    "Ground",
    "Shows",
    "accept_update",
    "add_body",
    "add_commitment",
    "add_criterion",
    "add_evidence",
    "answer_entry",
    "ask_extension",
    "carried_fields",
    "change_commitment",
    "change_lead",
    "change_link",
    "change_milestone",
    "change_period",
    "change_programme",
    "change_programme_duty",
    "change_task",
    "change_thresholds",
    "create_programme",
    "create_task",
    "end_body",
    "end_mandate",
    "end_trial",
    "enter_dates",
    "fix_task_state",
    "give_mandate",
    "grant_extension",
    "joining",
    "last_writer",
    "link_indicator",
    "mark_of",
    "missing",
    "move_criterion",
    "open_update",
    "partners_of",
    "plan_milestone",
    "plan_period",
    "previous_update",
    "record_evaluation_opened",
    "refuse_extension",
    "reporting_period",
    "require_thresholds_in_order",
    "retire_criterion",
    "return_update",
    "returned_update",
    "reword_criterion",
    "save_update_draft",
    "set_link_value",
    "share_left",
    "submit_update",
    "unlink_indicator",
    "uploading_body",
    "with_judged",
    "withdraw_evidence",
    "withdraw_extension",
]
