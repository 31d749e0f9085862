"""Numbers as people in Vietnam write them: `1.028`, `62,5`, `50,00%`."""

import re
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

_GROUPED = {
    ".": re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+"),
    ",": re.compile(r"[+-]?\d{1,3}(?:,\d{3})+"),
}
_PLAIN = re.compile(r"[+-]?\d+(?:\.\d+)?")
LONGEST = 40


def read_number(text: str, *, language: str | None = None) -> Decimal:
    """A number as it was typed, in Vietnamese with a decimal comma and dots between thousands.

    A lone dot that parts no three digits is a decimal point (`62.5`); blanks and a percent sign at
    the end mean nothing. In English comma and dot change places.

    Raises:
        ValueError: it is no number; its text is a sentence for the person.

    >>> [str(read_number(t, language="vi")) for t in ("1.028", "62,5", "62.5", "1.028,50 %")]
    ['1028', '62.5', '62.5', '1028.50']
    """
    is_english = (language or get_language() or "vi").startswith("en")
    group, point = (",", ".") if is_english else (".", ",")
    plain = "".join(text.split()).removesuffix("%").replace("−", "-")
    whole, mark, decimals = plain.partition(point)
    if _GROUPED[group].fullmatch(whole):
        whole = whole.replace(group, "")
    elif not mark and whole.count(group) == 1:
        whole = whole.replace(group, ".")
    written = f"{whole}.{decimals}" if mark else whole
    if len(written) > LONGEST or not written.isascii() or not _PLAIN.fullmatch(written):
        raise ValueError(_("Write a number such as 1.028 or 62,5."))
    return Decimal(written)
