"""Django's admin for setting up programmes and tasks, until their own pages exist.

An administrator makes programmes, tasks, duties, trials and milestones; changing them later takes a
reason and a document and is the coordinator's (rights.csv), so here they can be read and no more.
What has a rule (updates, evaluations, reports) is not here: its services are the only way.
"""

from typing import Any

from django.contrib import admin

from programmes.models import (
    Commitment,
    Criterion,
    Milestone,
    Programme,
    ProgrammeDuty,
    Task,
    TaskDuty,
    TrialPeriod,
)


class SetUpOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows can be made here, not changed and not deleted."""

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return False


admin.site.register(Programme, list_display=("code", "name", "kind", "reporting"))
admin.site.register(
    ProgrammeDuty, list_display=("programme", "role", "organisation", "valid_from", "valid_to")
)
admin.site.register(Criterion, list_display=("programme", "order", "name"))
admin.site.register(
    Task,
    SetUpOnly,
    list_display=("code", "name", "programme", "stored_state"),
    list_filter=("programme",),
    search_fields=("code", "search_key"),
)
admin.site.register(
    TaskDuty,
    SetUpOnly,
    list_display=("task", "role", "organisation", "valid_from", "valid_to"),
    list_filter=("role",),
)
admin.site.register(
    TrialPeriod,
    SetUpOnly,
    list_display=("task", "number", "starts_on", "ends_on", "certainty"),
    exclude=("evaluation_opened_on", "concluded_on"),
)
admin.site.register(
    Milestone,
    SetUpOnly,
    list_display=("trial_period", "number", "title", "due_on", "state"),
    exclude=("state", "reached_on"),
)
admin.site.register(
    Commitment,
    SetUpOnly,
    list_display=("trial_period", "organisation", "number"),
    exclude=("fulfilment", "finding"),
)
