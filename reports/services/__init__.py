"""Every write of this floor that has a rule."""

from reports.services.generation import generate, request_report
from reports.services.moving import move_evaluation
from reports.services.opening import open_due_evaluations
from reports.services.writing import write_evaluation

__all__ = [
    "generate",
    "move_evaluation",
    "open_due_evaluations",
    "request_report",
    "write_evaluation",
]
