"""Vietnamese text: one composed form for storage, accent-free keys for search, the right order.

Letters arrive composed (NFC) or decomposed (NFD) depending on keyboard and system; "Số" is two code
points in one and four in the other. Everything is stored NFC (TCVN 6909:2001) and compared by key.
"""

import unicodedata
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

# The alphabet in dictionary order; đ is a letter of its own after d, tone marks rank below letters.
_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
_LETTER_RANK = {letter: 0x10000 + rank for rank, letter in enumerate(_LETTERS)}
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co"})  # categories of Unicode
INVISIBLE_SAID = _("It holds invisible control characters; type it anew.")
_FORMULA = frozenset("=+-@\t\r\n")
_TONE_RANK = {tone: rank for rank, tone in enumerate(_TONES)}


def nfc(text: str) -> str:
    """The composed form in which every text is stored."""
    return unicodedata.normalize("NFC", text)


def has_invisible(text: str) -> bool:
    """Whether a line holds what nobody sees: controls, joiners, marks that turn the order around.

    >>> has_invisible("Sở\u200b")
    True
    """
    return any(unicodedata.category(character) in _INVISIBLE for character in text)


def refuse_invisible(text: str) -> None:
    """Keep names readable as they are stored. Raises ValidationError."""
    if has_invisible(text):
        raise ValidationError(INVISIBLE_SAID, code="invisible")


def begins_formula(text: str) -> bool:
    """Whether a spreadsheet would calculate a cell: also after blanks, and in full-width signs.

    >>> begins_formula("＝1+1")
    True
    """
    first = text.lstrip(" \u00a0")[:1]
    return unicodedata.normalize("NFKC", first) in _FORMULA


def search_key(text: str) -> str:
    """Text as one searches for it: lower case, no marks, đ as d, single blanks.

    >>> search_key("SỞ NỘI VỤ – Đức Cơ")
    'so noi vu – duc co'
    """
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def _accent_table() -> tuple[str, str]:
    """Every accented Vietnamese letter and its plain counterpart, both cases (134 letters)."""
    accented: list[str] = []
    plain: list[str] = []
    for base, marked in {"a": "aăâ", "e": "eê", "i": "i", "o": "oôơ", "u": "uư", "y": "y"}.items():
        for letter in marked:
            for tone in _TONES:
                composed = nfc(letter + tone)
                if composed != base:
                    accented += [composed, composed.upper()]
                    plain += [base, base]
    return "".join([*accented, "đ", "Đ"]), "".join([*plain, "d", "d"])


ACCENTED, PLAIN = _accent_table()


class SearchKey(models.Func):
    """`search_key` computed by PostgreSQL itself, so that raw SQL cannot leave it behind.

    Needs neither unaccent nor a Vietnamese collation: the embedded server has none of them.
    """

    function = "LOWER"
    template = "LOWER(TRANSLATE(%(expressions)s, '" + ACCENTED + "', '" + PLAIN + "'))"
    output_field = models.TextField()


def sort_key(text: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Vietnamese dictionary order: letters first (đ after d), tones only between equal letters."""
    letters: list[int] = []
    tones: list[int] = []
    for character in nfc(text).lower():
        parts = unicodedata.normalize("NFD", character)
        tone = next((p for p in parts if p in _TONE_RANK), "")
        letter = nfc(parts.replace(tone, "")) if tone else nfc(parts)
        letters.append(_LETTER_RANK.get(letter) or ord(letter[0]))
        tones.append(_TONE_RANK[tone])
    return tuple(letters), tuple(tones)


def name_order(full_name: str, username: str = "") -> tuple[object, ...]:
    """The order of a Vietnamese list of people: by given name, which comes last, then the whole."""
    words = full_name.split()
    return sort_key(words[-1] if words else ""), sort_key(full_name), username


if TYPE_CHECKING:
    _CharField = models.CharField[str | int | Combinable, str]
    _TextField = models.TextField[str | Combinable, str]
else:
    _CharField, _TextField = models.CharField, models.TextField


class _Composed:
    """Field behaviour shared by short and long text: values reach the database composed."""

    def get_prep_value(self, value: Any) -> Any:
        prepared = super().get_prep_value(value)  # type: ignore[misc]
        return nfc(prepared) if isinstance(prepared, str) else prepared


class VietnameseCharField(_Composed, _CharField):
    """A short text that is stored composed, whatever keyboard it came from, and wholly visible."""

    default_validators = [refuse_invisible]


class VietnameseTextField(_Composed, _TextField):
    """A long text that is stored composed, whatever keyboard it came from."""
