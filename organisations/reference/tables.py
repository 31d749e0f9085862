"""Rows of data files as values of model fields, and what identifies them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from organisations.reference.files import DataFiles
from organisations.reference.problems import Place

AnyModel = type[models.Model]


@dataclass(frozen=True)
class Row:
    """One row of a table as its file has it; foreign keys are codes.

    `mentions` are codes that must exist without being stored as a foreign key.
    """

    place: Place
    key: str
    natural: str
    values: dict[str, Any]
    mentions: tuple[tuple[str, AnyModel, str], ...] = ()


@dataclass
class Table:
    """The rows of one model.

    `natural` are the paths to the fields that identify a row to people, joined by `/` as its code:
    `("framework__code", "code")` makes `DTI-922-2022/7`. `attempted` are the codes of all rows that
    the file has, right or wrong.
    """

    model: AnyModel
    natural: tuple[str, ...]
    rows: list[Row] = field(default_factory=list)
    attempted: set[str] = field(default_factory=set)
    _places: dict[str, Place] = field(default_factory=dict)

    def add(
        self,
        files: DataFiles,
        place: Place,
        raw: Mapping[str, Any],
        *,
        key: str = "",
        mentions: tuple[tuple[str, AnyModel, str], ...] = (),
    ) -> Row | None:
        """Convert one record; None and a complaint where a value is wrong or the key is taken.

        Args:
            key: identifies the row in later files, where its natural key may change
                (the lead of a task); the natural key if empty.
        """
        self.attempted |= {key, self._natural_of(raw)}
        values = self._converted(files, place, raw)
        if values is None:
            return None
        natural = self._natural_of(values)
        row = Row(place, key or natural, natural, values, mentions)
        for name in {row.key, natural}:
            if first := self._places.get(name):
                found = {"key": name, "place": first}
                files.complain(place, _("“%(key)s” stands there already: %(place)s") % found)
                return None
        self._places |= {row.key: place, natural: place}
        self.rows.append(row)
        return row

    def _natural_of(self, values: Mapping[str, Any]) -> str:
        return self.code_of(tuple(values.get(path.split("__")[0]) for path in self.natural))

    @staticmethod
    def code_of(parts: tuple[Any, ...]) -> str:
        return "/".join("" if part is None else str(part) for part in parts)

    def _converted(
        self, files: DataFiles, place: Place, raw: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        values: dict[str, Any] = {}
        for name, value in raw.items():
            model_field = self.model._meta.get_field(name)
            try:
                values[name] = converted(model_field, value)
            except ValidationError as error:
                column = f"{place.column}.{name}" if place.column else name
                files.complain(replace(place, column=column), reason_of(error, model_field))
        return values if len(values) == len(raw) else None

    def references(self, row: Row) -> Iterator[tuple[str, AnyModel, str]]:
        """Field, model and code of everything a row refers to."""
        for name, value in row.values.items():
            model_field = self.model._meta.get_field(name)
            if model_field.is_relation:
                for code in value if isinstance(value, list) else [value]:
                    if code is not None:
                        yield name, related_model(model_field), code
        yield from row.mentions


def related_model(model_field: Any) -> AnyModel:
    model: AnyModel = model_field.related_model
    return model


def converted(model_field: Any, raw: Any) -> Any:
    """A raw value as the field's own; a foreign key stays a code.

    Raises:
        ValidationError: with Django's code of what is wrong.
    """
    if isinstance(model_field, ArrayField) and isinstance(raw, str):
        raw = [part.strip() for part in raw.split(";") if part.strip()]
    if model_field.many_to_many:
        return sorted(raw)
    if raw is None or raw == "":
        return _empty(model_field)
    return str(raw) if model_field.is_relation else model_field.clean(raw, None)


def _empty(model_field: Any) -> Any:
    """What an empty cell means: unknown where the table allows it, else the field's default."""
    if model_field.null:
        return None
    if model_field.blank and model_field.empty_strings_allowed:
        return ""
    if model_field.has_default():
        return model_field.get_default()
    raise ValidationError("", code="blank")


def reason_of(error: ValidationError, model_field: Any) -> str:
    """Why a value is wrong, in words for whoever wrote the file."""
    reasons = [_reason(part, model_field) for part in error.error_list]
    return "; ".join(dict.fromkeys(reasons))


def _reason(error: ValidationError, model_field: Any) -> str:
    if error.code in {"blank", "null"}:
        return _("may not be empty")
    if error.code == "invalid_choice":
        allowed = ", ".join(str(value) for value, _label in model_field.flatchoices)
        return _("not one of %(allowed)s") % {"allowed": allowed}
    if error.code == "max_length":
        return _("longer than %(limit)d characters") % {"limit": model_field.max_length}
    if error.code in {"min_value", "max_value"}:
        return _("out of range")
    if isinstance(model_field, models.DateField):
        return _("not a date written YYYY-MM-DD")
    if isinstance(model_field, (models.IntegerField, models.DecimalField)):
        return _("not a number that fits here")
    if isinstance(model_field, models.BooleanField):
        return _("neither 1 nor 0")
    return _("not a valid value")
