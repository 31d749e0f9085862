"""Saving what has to be single, a person's name and address: checked before, and told all the same."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from dti_tracker.shared.errors import DomainError
from dti_tracker.shared.races import refusing
from organisations.models import User


def name_taken(username: str) -> DomainError:
    """Whoever wants a name that somebody has."""
    return DomainError(
        _("Somebody already has the name “%s”.") % username,
        fields={"username": _("This name is taken.")},
    )


def address_taken() -> DomainError:
    """Whoever writes down an address that is another person's."""
    sentence = _("Another person has this e-mail address.")
    return DomainError(sentence, fields={"email": sentence})


def at_the_same_moment() -> DomainError:
    """Where nothing typed is wrong: what was free when it was chosen is taken by now."""
    return DomainError(_("Somebody saved at the same moment. Send it once more."))


def save_person(user: User, *, fields: Iterable[str] | None = None) -> None:
    """Save a person whose name and address were free a moment ago. Raises DomainError."""
    refusals = {
        "organisations_user_username_key": name_taken(user.username),
        "one_person_for_each_address": address_taken(),
    }
    with refusing(refusals):
        user.save(update_fields=fields)
