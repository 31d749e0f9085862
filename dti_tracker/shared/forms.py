"""How a form says what the rules refused; one way for the pages of every floor."""

from django.forms import BaseForm

from dti_tracker.shared.errors import DomainError


def refuse(form: BaseForm, refusal: DomainError) -> None:
    """Say a refusal beside the fields to blame, and above the form where none is."""
    blame_fields(form, refusal)
    if not refusal.fields:
        form.add_error(None, refusal.message)


def blame_fields(form: BaseForm, refusal: DomainError) -> None:
    """Say it beside the fields alone; what the form does not ask for is said above it."""
    for name, sentence in refusal.fields.items():
        form.add_error(name if name in form.fields else None, sentence)
