"""The roof as a Django app: start-up checks and the commands that belong to no floor."""

from django.apps import AppConfig


class RoofConfig(AppConfig):
    """Registers the checks of a safe start."""

    name = "dti_tracker"
    verbose_name = "DTI tracker"

    def ready(self) -> None:
        from dti_tracker import checks  # noqa: F401 - registers itself
