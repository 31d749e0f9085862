"""Numbers as they are typed, in both languages."""

from decimal import Decimal

import pytest
from django.utils import translation

from dti_tracker.shared.numbers import read_number
from organisations.forms.fields import NumberField


@pytest.mark.parametrize(
    ("text", "vi", "en"),
    [
        ("1.028", "1028", "1.028"),
        ("1,028", "1.028", "1028"),
        ("62,5", "62.5", "62.5"),
        ("62.5", "62.5", "62.5"),
        ("1.028,50 %", "1028.50", None),
        ("1,028.50%", None, "1028.50"),
        ("1.028.000", "1028000", None),
        ("−5", "-5", "-5"),
        (" 3 330 ", "3330", "3330"),
        ("0", "0", "0"),
        ("1.02.8", None, None),
        ("1e5", None, None),
        ("٣", None, None),
        ("NaN", None, None),
        ("", None, None),
        ("9" * 60, None, None),
    ],
)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_number_is_read_as_the_reader_writes_it(text, vi, en, language):
    expected = vi if language == "vi" else en
    if expected is None:
        with pytest.raises(ValueError, match=r"1\.028"):
            read_number(text, language=language)
    else:
        assert read_number(text, language=language) == Decimal(expected)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("value", ["1028", "62.5", "0", "1234567.25"])
def test_what_a_field_shows_it_reads_again(language, value):
    field = NumberField()
    with translation.override(language):
        assert field.clean(field.prepare_value(Decimal(value))) == Decimal(value)
