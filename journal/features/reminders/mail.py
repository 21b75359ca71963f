"""One e-mail: words that tell a bystander nothing, and one link to the front page."""

import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from urllib.parse import urlsplit
from uuid import UUID

from flask_babel import gettext as _

from journal.features.reminders.outcome import Outcome
from journal.web.parts import Parts

PATIENCE = 10
TRY_LATER = range(400, 500)


@dataclass(frozen=True, slots=True)
class Letter:
    """To whom, under which number, and where one press stops all further ones."""

    address: str
    id: UUID
    stop: str


def compose(parts: Parts, letter: Letter, now: datetime) -> EmailMessage:
    """Return the message; raises ValueError for an address that would break its headers.

    Sent twice it has the same id, by which mail programs show it once.
    """
    settings, message = parts.settings, EmailMessage()
    message["Subject"] = _("Your reminder")
    message["From"] = formataddr(("Afterglow", settings.smtp_from))
    message["To"] = letter.address
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{letter.id.hex}@{_host(parts)}>"
    message["Auto-Submitted"] = "auto-generated"
    message["List-Unsubscribe"] = f"<{letter.stop}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(
        _("This is the reminder you asked for.")
        + f"\n\n{settings.base_url}/\n\n"
        + _("You can change or stop it there, under Account.")
        + "\n"
    )
    return message


def send(parts: Parts, message: EmailMessage, tls: ssl.SSLContext | None = None) -> Outcome:
    """Hand a message to the clinic's mail server; raises OSError when it does not take it."""
    settings, context = parts.settings, tls or ssl.create_default_context()
    with _connected(parts, context) as server:
        if settings.smtp_login:
            server.login(settings.smtp_login, settings.smtp_password)
        return _handed_over(server, message)


def _handed_over(server: smtplib.SMTP, message: EmailMessage) -> Outcome:
    try:
        server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _text in error.recipients.values()]
        return Outcome.LATER if all(code in TRY_LATER for code in codes) else Outcome.REFUSED
    except smtplib.SMTPNotSupportedError:
        # An address beyond ASCII, and a server that takes none.
        return Outcome.REFUSED
    return Outcome.SENT


def _connected(parts: Parts, tls: ssl.SSLContext) -> smtplib.SMTP:
    # Otherwise it would greet with this machine's own name.
    settings, name = parts.settings, _host(parts)
    host, port = settings.smtp_host, settings.smtp_port
    if settings.smtp_security == "tls":
        return smtplib.SMTP_SSL(host, port, name, timeout=PATIENCE, context=tls)
    server = smtplib.SMTP(host, port, name, timeout=PATIENCE)
    if settings.smtp_security == "starttls":
        try:
            server.starttls(context=tls)
        except BaseException:
            server.close()
            raise
    return server


def _host(parts: Parts) -> str:
    return urlsplit(parts.settings.base_url).hostname or "localhost"
