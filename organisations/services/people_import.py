"""Importing people from a CSV file: read, checked cell by cell, shown, then written whole or not at all.

A file is read into :class:`Plan`: what each line would do, and every cell that is wrong. The same
reading happens again on confirmation, so that nothing rests on what a browser sent back.
"""

import csv
import datetime as dt
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

import pghistory
from django.db import transaction
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from dti_tracker.shared.errors import DomainError, Stale
from dti_tracker.shared.text import begins_formula, has_invisible, nfc, search_key
from dti_tracker.shared.time import FIRST_DAY, LAST_DAY
from organisations.choices import Position
from organisations.duties import require_set_up
from organisations.models import Membership, Organisation, User
from organisations.services import people
from organisations.services.invitations import invite
from organisations.services.people import ACTION, ONE_DAY, Place
from organisations.services.saving import save_person

COLUMNS = (
    "username",
    "full_name",
    "email",
    "phone",
    "organisation",
    "position",
    "title",
    "valid_from",
)
CONTACT = ("full_name", "email", "phone")
KEPT_IF_EMPTY = ("email", "phone")
LIMITS = {"full_name": 120, "email": 254, "title": 120}
LARGEST_BYTES, LONGEST = 1024 * 1024, 2000
# The csv module names no kinds of errors.
TOO_LONG_A_CELL = "field larger than field limit"


class Deed(StrEnum):
    """What a line does."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    WRONG = "wrong"


@dataclass(frozen=True)
class CellError:
    """A cell that is wrong, by line of the file (the head is 1) and column."""

    line: int
    column: str
    sentence: str


@dataclass
class PlannedLine:
    """A line of the file: its values, what it does, and in which words."""

    number: int
    values: dict[str, str]
    deed: Deed = Deed.UNCHANGED
    changes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    place: Place | None = None


@dataclass
class Plan:
    """What a file would do."""

    lines: list[PlannedLine]
    errors: list[CellError]

    def of(self, deed: Deed) -> list[PlannedLine]:
        """The lines that do one thing."""
        return [line for line in self.lines if line.deed == deed]

    @property
    def does_something(self) -> bool:
        return not self.errors and any(line.deed != Deed.UNCHANGED for line in self.lines)

    @property
    def fingerprint(self) -> str:
        """What was shown, in short: another plan at the confirmation is shown again."""
        shown = [(line.number, line.deed, line.changes) for line in self.lines]
        return hashlib.sha256(repr(shown).encode()).hexdigest()


def read_text(content: bytes) -> str:
    """The file as text: UTF-8 with or without BOM, composed.

    Raises:
        DomainError: too large, or saved in another code (CP1258, UTF-16), with what to do.
    """
    if len(content) > LARGEST_BYTES:
        raise DomainError(_("The file is larger than 1 MB. Split it into several."))
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DomainError(_not_utf8())
    try:
        return nfc(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise DomainError(_not_utf8()) from error


def _not_utf8() -> str:
    return _(
        "The file is not UTF-8 (perhaps Windows-1258 or UTF-16). Save it again as "
        "“CSV UTF-8 (comma delimited)” and choose it once more."
    )


def plan_import(text: str) -> Plan:
    """What the lines of a file would do, compared with what is there. Four queries.

    Raises:
        DomainError: the head is another one, or there are too many lines.
    """
    rows = _rows(text)
    reader = _Reader()
    lines = [reader.line(number, values) for number, values in rows]
    return Plan(lines, reader.errors)


@transaction.atomic
def import_people(*, by: User, on: dt.date, text: str, shown: str, inviting: bool = False) -> Plan:
    """Write a file that was shown, all of it or nothing.

    Args:
        shown: fingerprint of the plan the person agreed to.
        inviting: whether everybody who is new and has an address gets a letter; the others are
            invited on their page.

    Raises:
        NotAllowed: `by` does not administer people.
        Stale: the file would do something else by now.
        DomainError: a cell is wrong.
    """
    require_set_up(ACTION, by=by, on=on)
    plan = plan_import(text)
    if plan.fingerprint != shown:
        raise Stale(_("People were changed meanwhile; look at the preview again."))
    if plan.errors:
        raise DomainError(_("The file has errors; nothing was written."))
    with pghistory.context(reason=_("Import from a file")):
        for line in plan.lines:
            if line.deed != Deed.UNCHANGED:
                _write(line, by=by, on=on)
    if inviting:
        names = {line.values["username"] for line in plan.of(Deed.NEW) if line.values["email"]}
        for user in User.objects.filter(username__in=names).order_by("pk"):
            invite(user=user, by=by, on=on)
    return plan


def _write(line: PlannedLine, *, by: User, on: dt.date) -> None:
    values = line.values
    contact = {name: values[name] for name in CONTACT}
    user = User.objects.select_for_update().filter(username__iexact=values["username"]).first()
    if user is None:
        user = people.made(username=values["username"], is_administrator=False, **contact)
    elif any(nfc(getattr(user, name)) != contact[name] for name in CONTACT):
        people.write_contact(user, **contact)
        save_person(user, fields=CONTACT)
    if line.place is not None:
        _place(user, line.place, by=by, on=on)


def _place(user: User, place: Place, *, by: User, on: dt.date) -> None:
    """Begin a position; one that the person has in the same body ends the day before."""
    held = user.memberships.filter(organisation=place.organisation, valid_to__isnull=True).first()
    if held is None or held.position != place.position:
        people.require_another(by, user)
    if held is not None and held.valid_from == place.valid_from:
        held.position, held.title = place.position, place.title
        held.save(update_fields=["position", "title", "updated_at"])
        return
    if held is not None:
        people.ended(held, place.valid_from - ONE_DAY, on=on)
    people.begun(user, place)


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    head = text.split("\n", 1)[0]
    delimiter = ";" if head.count(";") > head.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return iter(_checked_rows(reader))
    except csv.Error as error:
        raise DomainError(_unreadable(str(error), reader.line_num)) from error


def _unreadable(error: str, line: int) -> str:
    if error.startswith(TOO_LONG_A_CELL):
        sentence = _(
            "A cell on line %(line)s is longer than %(limit)s characters: shorten it, or close the "
            "quotation mark that is open before it."
        )
        return sentence % {"line": line, "limit": f"{csv.field_size_limit():,}".replace(",", ".")}
    sentence = _("Line %(line)s cannot be read: a quotation mark is open or out of place.")
    return sentence % {"line": line}


def _checked_rows(reader: "csv._reader") -> list[tuple[int, dict[str, str]]]:  # type: ignore[name-defined]
    names = [name.strip().lower() for name in next(reader, [])]
    if tuple(names) != COLUMNS:
        sentence = _("The first line has to be: %s. Take the template and fill it in.")
        raise DomainError(sentence % ", ".join(COLUMNS))
    found: list[tuple[int, dict[str, str]]] = []
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        if len(found) == LONGEST:
            raise DomainError(_("More than 2,000 lines. Split the file into several."))
        padded = [*cells, *[""] * (len(COLUMNS) - len(cells))]
        values = dict(zip(COLUMNS, padded, strict=False))
        if len(cells) > len(COLUMNS):
            values["extra"] = _("too many")
        found.append((reader.line_num, values))
    if not found:
        raise DomainError(_("The file has no line below the head."))
    return found


class _Reader:
    """Checks lines against each other and against what is there, read once."""

    def __init__(self) -> None:
        self.errors: list[CellError] = []
        self.bodies = {body.code: body for body in Organisation.objects.all()}
        self.users = {user.username.lower(): user for user in User.objects.all()}
        self.emails = {
            user.email.lower(): user.username for user in self.users.values() if user.email
        }
        self.held: dict[tuple[int, int], list[Membership]] = {}
        for membership in Membership.objects.order_by("valid_from"):
            key = (membership.user_id, membership.organisation_id)
            self.held.setdefault(key, []).append(membership)
        self.seen: dict[str, dict[str, str]] = {}
        self.places: set[tuple[str, str]] = set()

    def line(self, number: int, raw: dict[str, str]) -> PlannedLine:
        """One line; what is wrong with it goes to `errors`."""
        before = len(self.errors)
        values = {name: self._cell(number, name, raw[name]) for name in COLUMNS}
        line = PlannedLine(number, values)
        if "extra" in raw:
            self._wrong(number, "valid_from", _("There are more cells than columns."))
        self._keep_contact(values)
        self._check_person(line)
        self._check_repeats(line)
        self._check_place(line)
        if len(self.errors) == before:
            self._compare(line)
        if len(self.errors) > before:
            line.deed = Deed.WRONG
        return line

    def _wrong(self, number: int, column: str, sentence: str) -> None:
        self.errors.append(CellError(number, column, str(sentence)))

    def _cell(self, number: int, name: str, raw: str) -> str:
        # Blanks as they are saved, or the file would change the same person each time.
        text = " ".join(raw.split())
        if has_invisible(raw.strip(" \u00a0")):
            self._wrong(number, name, _("Invisible control characters; type the cell anew."))
        elif begins_formula(text) and not (name == "phone" and text[0] == "+"):
            self._wrong(
                number, name, _("A cell may not begin with %s: it would be a formula.") % text[0]
            )
        elif len(text) > LIMITS.get(name, 120):
            self._wrong(number, name, _("Longer than %d characters.") % LIMITS.get(name, 120))
        return text

    def _keep_contact(self, values: dict[str, str]) -> None:
        """An empty cell takes nothing away: the person keeps what is there."""
        user = self.users.get(values["username"].lower())
        for name in KEPT_IF_EMPTY:
            if user is not None and not values[name]:
                values[name] = nfc(getattr(user, name))

    def _check_person(self, line: PlannedLine) -> None:
        values, number = line.values, line.number
        for check, names in (
            (lambda: people.checked_username(values["username"]), ("username",)),
            (lambda: people.check_contact(**self._contact(values)), CONTACT),
        ):
            try:
                check()
            except DomainError as refusal:
                for column, sentence in refusal.fields.items():
                    if column in names:
                        self._wrong(number, column, sentence)
        owner = self.emails.get(values["email"].lower(), values["username"])
        if owner != values["username"]:
            self._wrong(number, "email", _("The address belongs to %s.") % owner)
        elif values["email"]:
            self.emails[values["email"].lower()] = values["username"]
        user = self.users.get(values["username"].lower())
        if user is not None and user.is_service:
            self._wrong(number, "username", _("This is a service account, no person."))

    @staticmethod
    def _contact(values: dict[str, str]) -> dict[str, str]:
        return {name: values[name] for name in CONTACT}

    def _check_repeats(self, line: PlannedLine) -> None:
        """A person may stand on several lines, one for each body, and is the same on all of them."""
        values = line.values
        first = self.seen.setdefault(values["username"], values)
        for name in CONTACT:
            if first[name] != values[name]:
                self._wrong(
                    line.number, name, _("Differs from an earlier line of the same person.")
                )
        place = (values["username"], values["organisation"])
        if place in self.places:
            self._wrong(line.number, "organisation", _("The same person and body stand twice."))
        self.places.add(place)

    def _check_place(self, line: PlannedLine) -> None:
        values = line.values
        if not any(values[name] for name in ("organisation", "position", "title", "valid_from")):
            return
        body = self.bodies.get(values["organisation"])
        if body is None:
            self._wrong(
                line.number, "organisation", _("No body has this code; see the list of bodies.")
            )
        position = _position(values["position"])
        if position is None:
            self._wrong(line.number, "position", _("One of: %s.") % ", ".join(_position_words()))
        day = _day(values["valid_from"])
        if day is None:
            self._wrong(line.number, "valid_from", _("A day, as 2026-11-21 or 21/11/2026."))
        if body is None or position is None or day is None:
            return
        if not people.exists_on(body, day):
            self._wrong(line.number, "valid_from", _("The body does not exist on this day."))
        line.place = Place(body, position, day, values["title"])

    def _compare(self, line: PlannedLine) -> None:
        """What the line changes, in words; a position that stands as it is changes nothing."""
        user = self.users.get(line.values["username"].lower())
        if user is None:
            is_first = self.seen[line.values["username"]] is line.values
            line.deed = Deed.NEW if is_first else Deed.CHANGED
            if line.place is not None and not is_first:
                line.changes.append(_words(line.place))
            return
        self._compare_contact(line, user)
        if line.place is not None:
            self._compare_place(line, user, line.place)
        if line.changes:
            line.deed = Deed.CHANGED

    def _compare_contact(self, line: PlannedLine, user: User) -> None:
        for name in CONTACT:
            old, new = getattr(user, name), line.values[name]
            if nfc(old) != new:
                line.changes.append(f"{capfirst(labels()[name])}: {old or '–'} → {new}")
        if user.is_powerful and user.email.lower() != line.values["email"].lower():
            line.warnings.append(
                _(
                    "%s is an administrator, and whoever reads the new e-mail address can take over "
                    "the account. Write this only if you know that the address is theirs."
                )
                % user.full_name
            )

    def _compare_place(self, line: PlannedLine, user: User, place: Place) -> None:
        held = self.held.get((user.pk, place.organisation.pk), [])
        last = held[-1] if held else None
        if last is None or (last.valid_to is not None and last.valid_to < place.valid_from):
            line.changes.append(_words(place))
        elif (last.position, nfc(last.title)) == (place.position, place.title):
            if last.valid_from > place.valid_from:
                self._refuse_place(line, last)
            else:
                line.place = None
        elif last.valid_to is not None or place.valid_from < last.valid_from:
            self._refuse_place(line, last)
        else:
            line.changes.append(_words(place))

    def _refuse_place(self, line: PlannedLine, held: Membership) -> None:
        sentence = _("The person has a position in this body from %s on; change it on their page.")
        self._wrong(line.number, "valid_from", sentence % f"{held.valid_from:%d/%m/%Y}")


def labels() -> dict[str, str]:
    """Columns in the reader's words."""
    return {
        "username": _("name for signing in"),
        "full_name": _("full name"),
        "email": _("office e-mail"),
        "phone": _("office telephone"),
        "organisation": _("body (code)"),
        "position": _("position"),
        "title": _("job title"),
        "valid_from": _("from"),
    }


def _position_words() -> list[str]:
    return [f"{code} ({label})" for code, label in Position.choices]


def _position(text: str) -> str | None:
    """A position by its code or by its word, with or without marks."""
    for code, label in Position.choices:
        if search_key(text) in (code, search_key(str(label))):
            return code
    return None


def _day(text: str) -> dt.date | None:
    for shape in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            day = dt.datetime.strptime(text, shape).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
        return day if FIRST_DAY <= day <= LAST_DAY else None
    return None


def _words(place: Place) -> str:
    label: str | Promise = Position(place.position).label
    words = {
        "position": capfirst(place.title or str(label)),
        "body": place.organisation.short_name,
        "day": f"{place.valid_from:%d/%m/%Y}",
    }
    return _("%(position)s, %(body)s from %(day)s") % words
