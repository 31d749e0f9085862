"""Spreadsheets that people send: received, read, shown, written whole or not at all."""

from programmes.services.spreadsheets.jobs import read_spreadsheet, write_spreadsheet
from programmes.services.spreadsheets.prefilled import dates_file, progress_file
from programmes.services.spreadsheets.present import periods_of
from programmes.services.spreadsheets.verbs import (
    confirm_spreadsheet,
    discard_spreadsheet,
    may_decide,
    may_report,
    may_write_dates,
    receive_progress,
    receive_trial_dates,
    reports_for,
)

__all__ = [
    "confirm_spreadsheet",
    "dates_file",
    "discard_spreadsheet",
    "may_decide",
    "may_report",
    "may_write_dates",
    "periods_of",
    "progress_file",
    "read_spreadsheet",
    "receive_progress",
    "receive_trial_dates",
    "reports_for",
    "write_spreadsheet",
]
