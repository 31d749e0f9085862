"""What the data files said last, so that a new file never overwrites what people entered."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReferenceRow(models.Model):
    """Dữ liệu gốc từ tệp: the values a row had in its file when it was last loaded.

    A field whose present value equals the one loaded last is the file's and follows it; any other
    value was entered by a person and stays.
    """

    table = models.CharField(_("table"), max_length=60)
    key = models.CharField(_("key"), max_length=255)
    values = models.JSONField(_("values"))
    loaded_at = models.DateTimeField(_("loaded at"), auto_now=True)

    class Meta:
        verbose_name = _("reference row")
        verbose_name_plural = _("reference rows")
        constraints = [
            models.UniqueConstraint(name="one_reference_row_for_each_key", fields=["table", "key"])
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.key}"
