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
from programmes.services.grounds import (
    Ground,
    mark_of,
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
    partners_of,
    plan_milestone,
    plan_period,
    record_evaluation_opened,
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
    accept_update,
    last_writer,
    missing,
    open_update,
    previous_update,
    report_owed,
    reporting_period,
    return_update,
    returned_update,
    save_update_draft,
    submit_update,
)

__all__ = [
    "Assignment",
    "Ground",
    "accept_update",
    "add_body",
    "add_commitment",
    "add_criterion",
    "change_commitment",
    "change_lead",
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
    "fix_task_state",
    "give_mandate",
    "last_writer",
    "mark_of",
    "missing",
    "move_criterion",
    "open_update",
    "partners_of",
    "plan_milestone",
    "plan_period",
    "previous_update",
    "record_evaluation_opened",
    "report_owed",
    "reporting_period",
    "require_thresholds_in_order",
    "retire_criterion",
    "return_update",
    "returned_update",
    "reword_criterion",
    "save_update_draft",
    "submit_update",
    "with_judged",
]
