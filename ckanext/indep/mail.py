"""Mail that is not handed to a stranger: CKAN's settings, with the server's certificate checked.

CKAN 2.12.0 calls ``starttls()`` without a TLS context (CVE-2026-41132), so that anybody between
the portal and the mail server can show a certificate of his own and read password links. It also
waits for a silent server for ever. This transport is used in its place, and is not where CKAN has
the fix (2.12.1 and later). Certificates are checked against the system's authorities, or those of
the file that the environment variable SSL_CERT_FILE names.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterable
from email.message import EmailMessage
from email.utils import formataddr, formatdate
from mimetypes import guess_type
from typing import Any
from urllib.parse import urlsplit

import ckan
import ckan.plugins.toolkit as tk
from ckan.lib.mailer import MailerException
from packaging.version import Version

__all__ = ["message", "notify", "send"]

FIXED_IN = Version("2.12.1")
SECONDS = 20


def notify(recipient: tuple[str, str], *words: Any) -> bool:
    """Send a mail, and return whether that was done: not where CKAN does it well, or has no server.

    `words` are the further arguments of `message`, as CKAN hands them to ``INotifier``.
    """
    if Version(ckan.__version__) >= FIXED_IN or not tk.config.get("smtp.server"):
        return False
    send(message(recipient, *words))
    return True


def message(
    recipient: tuple[str, str],
    subject: str,
    body: str,
    body_html: str | None = None,
    headers: dict[str, Any] | None = None,
    attachments: Iterable[tuple[Any, ...]] | None = None,
) -> EmailMessage:
    """Return a message from the portal to `recipient` (name, address), as CKAN writes them.

    `attachments` are (file name, open file) or (file name, open file, media type).
    """
    mail = EmailMessage()
    mail.set_content(body, cte="base64")
    if body_html:
        mail.add_alternative(body_html, subtype="html", cte="base64")
    facts = {
        "Subject": subject,
        "From": formataddr((tk.config["ckan.site_title"], tk.config["smtp.mail_from"])),
        "To": formataddr(recipient),
        "Date": formatdate(),
        "Reply-To": tk.config.get("smtp.reply_to"),
        **(headers or {}),
    }
    for name, value in facts.items():
        if value and name not in mail:
            # A header is one line: nobody adds another by a line break in a title.
            mail[name] = " ".join(str(value).split())
    for name, file, *kind in attachments or ():
        media = kind[0] if kind else guess_type(name)[0] or "application/octet-stream"
        content = file.read()
        data = content.encode() if isinstance(content, str) else content
        main, _, sub = media.partition("/")
        mail.add_attachment(data, maintype=main, subtype=sub, filename=name)
    return mail


def send(mail: EmailMessage) -> None:
    """Hand a message to the server that CKAN's settings name.

    Raises MailerException where the server is away, refuses, or is not who it says it is.
    """
    server = urlsplit(f"smtp://{tk.config['smtp.server']}")
    if not server.hostname:
        raise MailerException("SMTP server hostname is not configured")
    try:
        with smtplib.SMTP(server.hostname, server.port or 0, timeout=SECONDS) as connection:
            if tk.asbool(tk.config.get("smtp.starttls")):
                connection.starttls(context=ssl.create_default_context())
            if tk.config.get("smtp.user"):
                connection.login(tk.config["smtp.user"], tk.config.get("smtp.password") or "")
            connection.send_message(mail)
    except (OSError, smtplib.SMTPException) as error:
        raise MailerException(f"{tk.config['smtp.server']}: {error}") from error
