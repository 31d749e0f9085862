"""Copies of the reference files that a test may spoil."""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pghistory.models
from django.apps import apps
from django.conf import settings

NAMES = {
    "organisations": ("organisations.csv", "successions.csv", "documents.csv"),
    "indicators": ("frameworks.json", "results.csv", "figures.csv"),
    "programmes": ("programmes.csv", "items.csv", "criteria.csv", "tasks.csv", "links.csv"),
}


def copy_files(folder: Path) -> Path:
    for app, names in NAMES.items():
        for name in names:
            shutil.copy(settings.BASE_DIR / app / "data" / name, folder / name)
    return folder


def rewrite(path: Path, change: Callable[[list[list[str]]], None]) -> None:
    """Change a CSV file as a list of records; the first is its header."""
    with path.open(encoding="utf-8", newline="") as file:
        records = list(csv.reader(file))
    change(records)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(records)


def set_cell(path: Path, key: str, column: str, value: str) -> None:
    """Write one cell of the first record that has the key in any of its cells."""

    def change(records: list[list[str]]) -> None:
        record = next(record for record in records[1:] if key in record)
        record[records[0].index(column)] = value

    rewrite(path, change)


def event_count() -> int:
    """History rows of all tables."""
    return sum(
        model._base_manager.count()
        for model in apps.get_models()
        if issubclass(model, pghistory.models.Event)
        and not model._meta.proxy
        and model._meta.managed
    )
