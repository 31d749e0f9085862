"""Django's admin for setting up programmes and tasks, until their own pages exist.

What has a rule (updates, evaluations, reports) is not here: its services are the only way.
"""

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

WRITTEN_ABOVE = ("evaluation_opened_on", "concluded_on")

admin.site.register(Programme, list_display=("code", "name", "kind", "reporting"))
admin.site.register(
    ProgrammeDuty, list_display=("programme", "role", "organisation", "valid_from", "valid_to")
)
admin.site.register(Criterion, list_display=("programme", "order", "name"))
admin.site.register(
    Task,
    list_display=("code", "name", "programme", "stored_state"),
    list_filter=("programme",),
    search_fields=("code", "search_key"),
)
admin.site.register(
    TaskDuty,
    list_display=("task", "role", "organisation", "valid_from", "valid_to"),
    list_filter=("role",),
)
admin.site.register(
    TrialPeriod,
    list_display=("task", "number", "starts_on", "ends_on", "certainty"),
    readonly_fields=WRITTEN_ABOVE,
)
admin.site.register(Milestone, list_display=("trial_period", "number", "title", "due_on", "state"))
admin.site.register(
    Commitment, list_display=("trial_period", "organisation", "number", "fulfilment")
)
