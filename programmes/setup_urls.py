"""Addresses of setting up programmes, tasks and mandates."""

from django.urls import path

from programmes.views import set_up_dates as dates
from programmes.views import set_up_links as links
from programmes.views import set_up_mandates as mandates
from programmes.views import set_up_periods as periods
from programmes.views import set_up_programmes as programmes
from programmes.views import set_up_tasks as tasks

PROGRAMME = "setup/programmes/<slug:code>/"
TASK = "setup/tasks/<slug:code>/"
PERIOD = "setup/periods/<uuid:uid>/"
LINK = "setup/links/<uuid:uid>/"

urlpatterns = [
    path("setup/programmes/", programmes.programmes, name="setup_programmes"),
    path("setup/programmes/new/", programmes.programme_new, name="setup_programme_new"),
    path(PROGRAMME, programmes.programme, name="setup_programme"),
    path(f"{PROGRAMME}change/", programmes.programme_change, name="setup_programme_change"),
    path(f"{PROGRAMME}duties/<slug:role>/", programmes.programme_duty, name="setup_programme_duty"),
    path(f"{PROGRAMME}thresholds/", programmes.thresholds, name="setup_thresholds"),
    path(f"{PROGRAMME}criteria/new/", programmes.criterion_new, name="setup_criterion_new"),
    path(f"{PROGRAMME}criteria/<slug:criterion>/", programmes.criterion, name="setup_criterion"),
    path(
        f"{PROGRAMME}criteria/<slug:criterion>/move/",
        programmes.criterion_move,
        name="setup_criterion_move",
    ),
    path(f"{PROGRAMME}tasks/new/", tasks.task_new, name="setup_task_new"),
    path(TASK, tasks.task, name="setup_task"),
    path(f"{TASK}change/", tasks.task_change, name="setup_task_change"),
    path(f"{TASK}state/", tasks.task_state, name="setup_task_state"),
    path(f"{TASK}lead/", tasks.task_lead, name="setup_task_lead"),
    path(f"{TASK}bodies/<slug:role>/new/", tasks.body_new, name="setup_body_new"),
    path(f"{TASK}bodies/<int:duty>/end/", tasks.body_end, name="setup_body_end"),
    path(f"{TASK}periods/new/", periods.period_new, name="setup_period_new"),
    path(PERIOD, periods.period, name="setup_period"),
    path(f"{PERIOD}end/", dates.trial_end, name="setup_trial_end"),
    path(f"{TASK}links/new/", links.link_new, name="setup_link_new"),
    path(LINK, links.link, name="setup_link"),
    path(f"{LINK}<int:number>/<slug:kind>/", links.link_value, name="setup_link_value"),
    path("setup/unknown-dates/", dates.unknown_dates, name="unknown_dates"),
    path("setup/unknown-dates/<slug:code>/", dates.known_dates, name="known_dates"),
    path(f"{PERIOD}milestones/new/", periods.milestone_new, name="setup_milestone_new"),
    path("setup/milestones/<uuid:uid>/", periods.milestone, name="setup_milestone"),
    path(f"{PERIOD}commitments/new/", periods.commitment_new, name="setup_commitment_new"),
    path("setup/commitments/<uuid:uid>/", periods.commitment, name="setup_commitment"),
    path("setup/mandates/", mandates.mandates, name="setup_mandates"),
    path("setup/mandates/new/", mandates.mandate_new, name="setup_mandate_new"),
    path("setup/mandates/<uuid:uid>/end/", mandates.mandate_end, name="setup_mandate_end"),
]
