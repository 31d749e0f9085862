"""Addresses of the programmes' pages."""

from django.urls import path

from programmes import views

app_name = "programmes"

urlpatterns = [
    path("tasks/", views.task_list, name="task_list"),
    path("tasks/<slug:code>/", views.task_detail, name="task_detail"),
    path("tasks/<slug:code>/updates/new/", views.update_new, name="update_new"),
    path("updates/<uuid:uid>/accept/", views.update_accept, name="update_accept"),
    path("updates/<uuid:uid>/return/", views.update_return, name="update_return"),
]
