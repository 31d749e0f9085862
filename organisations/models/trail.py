"""The trail: one line for every event of every history, and the seals upon it.

The lines are written by triggers in the database (`organisations/trail/attaching.py`), never by this
code; the seals by `organisations/trail/sealing.py`. All three tables only grow.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext_lazy as _

from organisations.choices import Channel, TrailKind


class TrailShape(models.Model):
    """Cột của bảng lịch sử: the columns a history table had when a digest was made.

    A column that a later migration adds is left out when old rows are verified.
    """

    source = models.CharField(_("table"), max_length=63)
    columns = ArrayField(models.TextField(), verbose_name=_("columns"))

    class Meta:
        verbose_name = _("columns of a history")
        verbose_name_plural = _("columns of histories")
        constraints = [
            models.UniqueConstraint(name="one_shape_for_each_columns", fields=["source", "columns"])
        ]

    def __str__(self) -> str:
        return f"{self.source} ({len(self.columns)})"


class TrailEntry(models.Model):
    """Dòng nhật ký: who did what to which object, when, from where and through which door.

    No foreign keys: a line outlives what it tells of, and no insert waits for another table.
    `circumstances` is what the application said of itself (person, address, path, request, job,
    command, reason); the columns `db_…` are what the database saw with its own eyes.
    """

    at = models.DateTimeField(_("time"))
    source = models.CharField(_("table"), max_length=63)
    event_id = models.BigIntegerField(_("event"))
    model = models.CharField(_("kind of object"), max_length=100)
    object_id = models.BigIntegerField(_("object"), null=True)
    subject = models.CharField(_("name"), max_length=200, blank=True)
    kind = models.CharField(_("what was done"), max_length=20, choices=TrailKind.choices)
    user_id = models.BigIntegerField(_("person"), null=True)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    context_id = models.UUIDField(_("context"), null=True)
    circumstances = models.JSONField(_("circumstances"), default=dict)
    db_role = models.CharField(_("role in the database"), max_length=63)
    db_address = models.GenericIPAddressField(_("address of the client"), null=True)
    db_application = models.CharField(_("program"), max_length=63, blank=True)
    shape_id = models.IntegerField(_("columns"))
    digest = models.BinaryField(_("SHA-256 of the row"))
    words = SearchVectorField(_("words"))

    class Meta:
        verbose_name = _("line of the trail")
        verbose_name_plural = _("lines of the trail")
        ordering = ["-id"]
        indexes = [
            models.Index(name="trail_by_event", fields=["source", "event_id"]),
            models.Index(name="trail_by_object", fields=["model", "object_id", "-id"]),
            models.Index(name="trail_by_person", fields=["user_id", "-id"]),
            models.Index(name="trail_by_kind", fields=["kind", "-id"]),
            models.Index(name="trail_by_channel", fields=["channel", "-id"]),
            models.Index(name="trail_by_time", fields=["at", "id"]),
            models.Index(
                name="trail_adopted_by_time",
                fields=["at", "id"],
                condition=models.Q(channel=Channel.ADOPTED),
            ),
            models.Index(KeyTextTransform("request_id", "circumstances"), name="trail_by_request"),
            GinIndex(name="trail_by_words", fields=["words"]),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind} {self.model} {self.object_id}"


class TrailSeal(models.Model):
    """Niêm phong nhật ký: a hash over a run of lines, chained to the seal before it.

    The same line stands in a file outside the database (setting `TRAIL_SEALS`).
    """

    number = models.PositiveBigIntegerField(_("number"), unique=True)
    at = models.DateTimeField(_("sealed at"))
    first_id = models.BigIntegerField(_("first line"))
    last_id = models.BigIntegerField(_("last line"))
    count = models.PositiveBigIntegerField(_("number of lines"))
    digest = models.CharField(_("SHA-256"), max_length=64)

    class Meta:
        verbose_name = _("seal of the trail")
        verbose_name_plural = _("seals of the trail")
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number}: {self.first_id}–{self.last_id}"
