"""Only a draft is open: what was returned stays as it was sent, beside the draft that corrects it.

Backwards it fails, and changes nothing, where a body has by then a returned update beside another
returned one or a draft.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("programmes", "0002_progress_update_writers"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="progressupdate",
            name="one_open_update_for_each_body_and_task",
        ),
        migrations.AddConstraint(
            model_name="progressupdate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "draft")),
                fields=("task", "organisation"),
                name="one_draft_for_each_body_and_task",
            ),
        ),
    ]
