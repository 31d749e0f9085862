#!/usr/bin/env python
"""Django's command line for the DTI tracker."""

import os
import sys


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dti_tracker.settings")
    from django.core.management import execute_from_command_line

    from organisations.trail.channels import command

    with command(sys.argv):  # the trail names the command and who started it
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
