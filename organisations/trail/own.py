"""What this floor says of its own models to the trail."""

from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy

from organisations.choices import SecurityEventKind
from organisations.models import (
    ApiToken,
    CalendarDay,
    CorrectionRequest,
    Delegation,
    Document,
    Job,
    Membership,
    Organisation,
    SecurityEvent,
    Succession,
    User,
)
from organisations.relations import general_relations
from organisations.rights import Decision, allowed
from organisations.selectors import Standing
from organisations.trail import details, registry
from organisations.trail.registry import Deed, Part, Row, Subject


def _may_read_set_up(standing: Standing, _thing: object) -> Decision:
    """The history of people and bodies is the administrators' work."""
    return allowed("manage_people", general_relations(standing))


def _find_body(standing: Standing, key: str) -> Organisation | None:
    return Organisation.objects.filter(code=key).first()


def _find_person(standing: Standing, key: str) -> User | None:
    is_reader = bool(_may_read_set_up(standing, None))
    return User.objects.filter(username=key).first() if is_reader else None


def _parts_of_body(_standing: Standing, body: Organisation) -> list[Part]:
    return [
        Part(Organisation, [body.pk]),
        registry.ever(Succession, predecessor_id=body.pk),
        registry.ever(Succession, successor_id=body.pk),
        registry.ever(Membership, organisation_id=body.pk),
        registry.ever(Delegation, organisation_id=body.pk),
    ]


def _parts_of_person(_standing: Standing, person: User) -> list[Part]:
    return [
        Part(User, [person.pk]),
        registry.ever(Membership, user_id=person.pk),
        registry.ever(Delegation, delegate_id=person.pk),
        registry.ever(ApiToken, user_id=person.pk),
        Part(SecurityEvent, SecurityEvent.objects.filter(user=person).values("pk")),
    ]


def _name_of(body: Organisation) -> str:
    is_english = (get_language() or "").startswith("en")
    return (is_english and body.name_en) or body.name


def _nowhere(_thing: object) -> str:
    return reverse("organisations:trail")


def _at_the_door(_kind: str, _before: Row | None, now: Row | None) -> Deed | None:
    """The security log in words; what was typed only where it named nobody.

    A path as the target stands below each line anyway.
    """
    if now is None:
        return None
    kinds = dict(SecurityEventKind.choices)
    target = "" if now["target"].startswith("/") else now["target"]
    about = target or ("" if now["user_id"] else now["login"])
    return Deed(str(kinds.get(now["kind"], now["kind"])), about)


def _fields() -> None:
    registry.fields(
        SecurityEvent,
        target=pgettext_lazy("security event", "concerning"),
        agent=pgettext_lazy("security event", "program"),
        address=pgettext_lazy("security event", "address"),
    )
    registry.fields(
        User,
        is_active=pgettext_lazy("account", "in use"),
        is_staff=pgettext_lazy("account", "may enter the technical pages"),
        is_superuser=pgettext_lazy("account", "all rights of the technical pages"),
    )
    registry.wordings(SecurityEvent, detail=details.told)
    registry.fields(Job, subject=pgettext_lazy("job", "subject"))


def register() -> None:
    """Said once, when Django starts."""
    registry.set_up(
        ApiToken,
        CalendarDay,
        CorrectionRequest,
        Delegation,
        Document,
        Membership,
        Organisation,
        SecurityEvent,
        Succession,
        User,
    )
    registry.append_only(SecurityEvent)
    registry.tells(SecurityEvent, _at_the_door)
    _fields()
    registry.subject(
        Subject(
            slug="organisation",
            model=Organisation,
            find=_find_body,
            key=lambda body: body.code,
            may=_may_read_set_up,
            parts=_parts_of_body,
            title=_name_of,
            address=_nowhere,
        )
    )
    registry.subject(
        Subject(
            slug="person",
            model=User,
            find=_find_person,
            key=lambda person: person.username,
            may=_may_read_set_up,
            parts=_parts_of_person,
            title=lambda person: person.full_name,
            address=_nowhere,
        )
    )
