"""Views whose caller stands somewhere: what is visible follows from positions and duties."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar

from django.db import models
from django.urls import reverse

from dti_tracker.shared.api.views import ApiView
from organisations.models import Membership, Organisation, Succession
from organisations.selectors import Standing

STANDING_TABLES: Sequence[type[models.Model]] = (Membership, Organisation, Succession)


class StandingView(ApiView):
    """A view that knows what the caller is, on the day of the request."""

    sources: ClassVar[Sequence[type[models.Model]]] = STANDING_TABLES

    @cached_property
    def standing(self) -> Standing:
        """Asked once per request; rights are those of today, whatever day the figures are of."""
        return Standing.of(self.request.user, on=self.today)  # type: ignore[arg-type]

    @cached_property
    def site(self) -> str:
        return self.request.build_absolute_uri("/")[:-1]

    def address(self, name: str, *args: Any) -> str:
        """The absolute address of a resource by the name of its route."""
        return self.site + reverse(f"api:{name}", args=args)
