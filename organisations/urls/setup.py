"""Addresses of setting up."""

from django.urls import URLPattern, path

from organisations.views.setup import (
    bodies,
    calendar,
    index,
    people,
    people_import,
    successions,
)

urlpatterns: list[URLPattern] = [
    path("setup/", index.index, name="setup"),
    path("setup/people/", people.person_list, name="setup_people"),
    path("setup/people/new/", people.person_new, name="setup_person_new"),
    path("setup/people/import/", people_import.upload, name="setup_people_import"),
    path("setup/people/import/template.csv", people_import.template, name="setup_people_template"),
    path("setup/people/import/confirm/", people_import.confirm, name="setup_people_confirm"),
    path("setup/people/<str:username>/", people.person_detail, name="setup_person"),
    path(
        "setup/people/<str:username>/disable/", people.person_disable, name="setup_person_disable"
    ),
    path("setup/people/<str:username>/enable/", people.person_enable, name="setup_person_enable"),
    path("setup/people/<str:username>/invite/", people.person_invite, name="setup_person_invite"),
    path(
        "setup/people/<str:username>/reactivate/",
        people.person_reactivate,
        name="setup_person_reactivate",
    ),
    path(
        "setup/people/<str:username>/positions/new/",
        people.membership_new,
        name="setup_position_new",
    ),
    path(
        "setup/people/<str:username>/positions/<int:pk>/end/",
        people.membership_end,
        name="setup_position_end",
    ),
    path(
        "setup/people/<str:username>/positions/<int:pk>/move/",
        people.membership_move,
        name="setup_position_move",
    ),
    path(
        "setup/people/<str:username>/positions/<int:pk>/withdraw/",
        people.membership_withdraw,
        name="setup_position_withdraw",
    ),
    path("setup/organisations/", bodies.body_list, name="setup_bodies"),
    path("setup/organisations/new/", bodies.body_new, name="setup_body_new"),
    path("setup/organisations/<slug:code>/", bodies.body_detail, name="setup_body"),
    path("setup/organisations/<slug:code>/end/", bodies.body_end, name="setup_body_end"),
    path("setup/successions/", successions.succession_list, name="setup_successions"),
    path("setup/successions/new/", successions.succession_new, name="setup_succession_new"),
    path(
        "setup/successions/<int:pk>/withdraw/",
        successions.succession_withdraw,
        name="setup_succession_withdraw",
    ),
    path("setup/calendar/", calendar.calendar, name="setup_calendar"),
    path("setup/calendar/new/", calendar.day_new, name="setup_day_new"),
    path("setup/calendar/<int:pk>/remove/", calendar.day_remove, name="setup_day_remove"),
]
