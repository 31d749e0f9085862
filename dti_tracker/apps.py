"""The roof as a Django app: start-up checks and the commands that belong to no floor."""

from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class RoofConfig(AppConfig):
    """Registers the checks of a safe start."""

    name = "dti_tracker"
    verbose_name = "DTI tracker"
    default = True  # of the two in this file

    def ready(self) -> None:
        from dti_tracker import checks  # noqa: F401 - registers itself


class AssetsConfig(StaticFilesConfig):
    """Leaves out what packages bring along and no page asks for: two thirds of the first start's time."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "redoc", "rest_framework", "*.mjs"]
