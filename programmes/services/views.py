"""Views of the task list that a person keeps: filters and order under a name."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dti_tracker.shared.errors import DomainError
from dti_tracker.shared.text import has_invisible, nfc
from organisations.models import User
from programmes.models import SavedView

MOST_VIEWS = 20
NAME_LENGTH = 80
QUERY_LENGTH = 1000


@transaction.atomic
def keep_view(*, user: User, name: str, query: str) -> SavedView:
    """Keep filters under a name; the same name again keeps the new ones in their place.

    Args:
        query: the address's question as `task_list.reading.known_query` wrote it.

    Raises:
        DomainError: no name or an unreadable one, filters too long, or as many views as one may keep.
    """
    name = _checked(name)
    if len(query) > QUERY_LENGTH:
        raise DomainError(_("These filters are too long to be kept."))
    _one_at_a_time(user)
    _require_room(user, name)
    view, _is_new = SavedView.objects.update_or_create(
        user=user, name=name, defaults={"query": query}
    )
    return view


@transaction.atomic
def rename_view(*, user: User, uid: UUID, name: str) -> SavedView:
    """Give a kept view another name.

    Raises:
        SavedView.DoesNotExist: no such view of this person.
        DomainError: no name, an unreadable one, or one that another view has.
    """
    name = _checked(name)
    _one_at_a_time(user)
    view = SavedView.objects.get(user=user, uid=uid)
    if SavedView.objects.filter(user=user, name=name).exclude(pk=view.pk).exists():
        raise DomainError(
            _("Another of your views has this name."), fields={"name": _("Choose another name.")}
        )
    view.name = name
    view.save(update_fields=["name", "updated_at"])
    return view


@transaction.atomic
def delete_view(*, user: User, uid: UUID) -> str:
    """Delete a kept view and give its name. Raises SavedView.DoesNotExist."""
    view = SavedView.objects.select_for_update().get(user=user, uid=uid)
    view.delete()
    return view.name


def _one_at_a_time(user: User) -> None:
    """Two views that a person keeps at once count each other; rows that name the person go on."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)


def _require_room(user: User, name: str) -> None:
    kept = SavedView.objects.filter(user=user)
    if not kept.filter(name=name).exists() and kept.count() >= MOST_VIEWS:
        raise DomainError(
            _("You keep %(most)s views already; delete one first.") % {"most": MOST_VIEWS}
        )


def _checked(name: str) -> str:
    name = " ".join(nfc(name).split())
    if not name:
        raise DomainError(_("Give the view a name."), fields={"name": _("Choose another name.")})
    if len(name) > NAME_LENGTH or has_invisible(name):
        raise DomainError(
            _("A name of at most %(most)s visible characters.") % {"most": NAME_LENGTH},
            fields={"name": _("Choose another name.")},
        )
    return name
