"""Letters to people: plain and HTML, in their language, with our name, and links to `SITE_URL` alone."""

from email.utils import formataddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from organisations.models import User

TEMPLATES = "account/email"


def send(
    name: str, user: User, *, language: str, to: str = "", message_id: str, **context: Any
) -> None:
    """Send one letter to the person's address now; nothing where they have none.

    Args:
        name: of the templates `account/email/<name>_{subject.txt,message.txt,message.html}`.
        language: of the letter, as the caller chose it.
        to: another address than the account's: that which was replaced.
        message_id: the same each time this letter is sent.

    Raises:
        OSError, smtplib.SMTPException: the mail server does not take it.
    """
    if to or user.email:
        message = letter(name, user, language=language, **context)
        message.to = [to or user.email]
        message.extra_headers["Message-ID"] = message_id
        message.send()


def letter(name: str, user: User, *, language: str, **context: Any) -> EmailMultiAlternatives:
    """The letter as it would be sent."""
    with translation.override(language):
        parts = {"person": user, "site": settings.SITE_URL, "language": language} | context
        subject = " ".join(render_to_string(f"{TEMPLATES}/{name}_subject.txt", parts).split())
        message = EmailMultiAlternatives(
            subject=subject,
            body=render_to_string(f"{TEMPLATES}/{name}_message.txt", parts).strip() + "\n",
            from_email=formataddr((_("DTI tracker of Gia Lai"), settings.DEFAULT_FROM_EMAIL)),
            to=[user.email],
        )
        html = render_to_string(f"{TEMPLATES}/{name}_message.html", parts)
        message.attach_alternative(html, "text/html")
    return message
