"""Fields for the shapes of answers and requests."""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from dti_tracker.shared.api.problems import BadValue


def enumeration(choices: type[models.TextChoices], **options: Any) -> serializers.ChoiceField:
    """One of the codes of an enumeration; its label stands beside it as `…_label`."""
    return serializers.ChoiceField(choices.choices, **options)


class StrictSerializer(serializers.Serializer[Any]):
    """What a client may send; an unknown member is refused by name, never ignored."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            known = {name for name, field in self.fields.items() if not field.read_only}
            if unknown := sorted(set(data) - known):
                raise serializers.ValidationError(
                    {
                        name: [ErrorDetail(_("There is no such field."), "unknown")]
                        for name in unknown
                    }
                )
        return super().to_internal_value(data)


def read(shape: type[StrictSerializer], data: Any) -> dict[str, Any]:
    """The values a client sent. Raises ValidationError with the path of each bad one."""
    if data is None:
        # The framework would say "No data provided", in English for everybody.
        sentence = _("Invalid data. Expected a dictionary, but got {datatype}.")
        raise BadValue("", sentence.format(datatype="null"), "null")
    serializer = shape(data=data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


# Sentences of Django and of the REST framework that their own Vietnamese translations lack, or say
# wrongly; ours says them, on the pages too.
FRAMEWORK_SENTENCES = (
    gettext_noop("This field is required."),
    gettext_noop("This field may not be null."),
    gettext_noop("Not a valid string."),
    gettext_noop("A valid integer is required."),
    gettext_noop("Enter a whole number."),
    gettext_noop("Null characters are not allowed."),
    gettext_noop('"{input}" is not a valid choice.'),
    gettext_noop('Expected a list of items but got type "{input_type}".'),
    gettext_noop("Ensure this value is greater than or equal to {min_value}."),
    gettext_noop("Ensure this value is less than or equal to {max_value}."),
    gettext_noop("Ensure this field has no more than {max_length} characters."),
    gettext_noop("Invalid data. Expected a dictionary, but got {datatype}."),
)
