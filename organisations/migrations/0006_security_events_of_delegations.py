"""Delegations, recovery codes and administrators are lines of the security log; nothing changes in the database."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0005_letters"),
    ]

    operations = [
        migrations.AlterField(
            model_name="securityevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("signed_in", "signed in"),
                    ("sign_in_failed", "wrong name, password or code"),
                    ("sign_in_refused", "sign-in refused"),
                    ("locked_out", "locked out after wrong attempts"),
                    ("signed_out", "signed out"),
                    ("unlocked", "session unlocked"),
                    ("unlock_failed", "wrong answer at a locked session"),
                    ("session_ended", "session ended from the account page"),
                    ("password_changed", "password changed"),
                    ("reset_asked", "link for a new password asked for"),
                    ("invited", "invited"),
                    ("factor_added", "second factor added"),
                    ("factor_removed", "second factor removed"),
                    ("codes_made", "new recovery codes made"),
                    ("codes_shown", "recovery codes shown"),
                    ("codes_downloaded", "recovery codes downloaded"),
                    ("administrator_made", "made an administrator"),
                    ("administrator_ended", "no longer an administrator"),
                    ("disabled", "account disabled"),
                    ("reactivated", "account reactivated"),
                    ("token_made", "token made"),
                    ("token_revoked", "token revoked"),
                    ("token_refused", "token refused"),
                    ("delegated", "powers of a head delegated"),
                    ("delegation_revoked", "delegation revoked"),
                    ("inspected", "read by an inspector"),
                    ("emergency", "emergency administration entered"),
                    ("trail_exported", "trail exported"),
                ],
                max_length=24,
                verbose_name="action",
            ),
        ),
    ]
