"""Answers as JSON."""

from collections.abc import Mapping
from typing import Any

from rest_framework.renderers import BaseRenderer

from dti_tracker.shared.api.encoding import dumps


class JSONRenderer(BaseRenderer):
    """JSON by orjson: several times quicker than the framework's own, and strict UTF-8."""

    media_type = "application/json"
    format = "json"
    charset = None
    render_style = "binary"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """The bytes of an answer; none for an answer without content."""
        return b"" if data is None else dumps(data)
