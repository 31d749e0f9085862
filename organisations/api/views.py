"""Views whose caller stands somewhere: what is visible follows from positions and duties."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar

from django.db import models
from django.urls import reverse

from dti_tracker.shared.api.views import ApiView
from organisations.api.authentication import scope_of
from organisations.asking import remember_standing
from organisations.models import Delegation, Membership, Organisation, Succession
from organisations.selectors import Standing

STANDING_TABLES: Sequence[type[models.Model]] = (Membership, Delegation, Organisation, Succession)


class StandingView(ApiView):
    """A view that knows what the caller is, on the day of the request."""

    sources: ClassVar[Sequence[type[models.Model]]] = STANDING_TABLES

    @cached_property
    def standing(self) -> Standing:
        """Asked once per request; rights are those of today, whatever day the figures are of."""
        standing = Standing.of(
            self.request.user,  # type: ignore[arg-type]
            on=self.today,
            scope=scope_of(self.request),
        )
        remember_standing(self.request._request, standing)
        return standing

    @cached_property
    def site(self) -> str:
        return self.request.build_absolute_uri("/")[:-1]

    def address(self, name: str, *args: Any) -> str:
        """The absolute address of a resource by the name of its route."""
        return self.site + reverse(f"api:{name}", args=args)
