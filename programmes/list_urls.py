"""Addresses of the list of tasks, its files and the views people keep of it."""

from django.urls import path

from programmes.views import task_list

urlpatterns = [
    path("tasks/", task_list.task_list, name="task_list"),
    path("tasks.csv", task_list.task_csv, name="task_csv"),
    path("tasks.xlsx", task_list.task_xlsx, name="task_xlsx"),
    path("task-views/", task_list.saved_views, name="saved_views"),
    path("task-views/keep/", task_list.view_keep, name="view_keep"),
    path("task-views/<uuid:uid>/rename/", task_list.view_rename, name="view_rename"),
    path("task-views/<uuid:uid>/delete/", task_list.view_delete, name="view_delete"),
]
