"""The tabs of a task's page: links, so that they work without script and can be sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

LABELS: dict[str, Promise] = {
    "progress": pgettext_lazy("tab", "Progress"),
    "indicators": pgettext_lazy("tab", "Indicators"),
    "commitments": pgettext_lazy("tab", "Commitments"),
    "evidence": pgettext_lazy("tab", "Evidence"),
    "history": pgettext_lazy("tab", "History"),
}
FIRST = "progress"


@dataclass(frozen=True)
class Tab:
    """One of them; the page holds all, for whoever prints it, and shows the one asked for."""

    name: str
    label: Promise
    address: str
    is_open: bool


def tab_asked(text: str, shown: Sequence[str]) -> str:
    """Which tab an address asks for; anything odd is the first."""
    return text if text in shown else FIRST


def tabs_of(asked: str, shown: Sequence[str], *, as_of: str = "") -> list[Tab]:
    """The tabs a person has, in order; the day asked stays in their addresses."""
    present = tab_asked(asked, shown)
    day = {"as_of": as_of} if as_of else {}
    return [
        Tab(name, LABELS[name], f"?{urlencode({'tab': name} | day)}", name == present)
        for name in LABELS
        if name in shown
    ]
