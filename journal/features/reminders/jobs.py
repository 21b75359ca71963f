"""What the worker does: put due reminders into the outbox, and empty it."""

import os
import socket
import time
from datetime import datetime, timedelta
from http.client import HTTPException
from smtplib import SMTPException
from uuid import UUID

from sqlalchemy.orm import Session

from journal.core import outbox, push_endpoints, reminding
from journal.core.outbox import Message
from journal.features.reminders import mail, push
from journal.features.reminders.mail import Letter
from journal.features.reminders.outcome import Outcome
from journal.web import logging, metrics
from journal.web.parts import parts

# Other jobs wait meanwhile; what is left goes out half a minute later.
AT_MOST_SECONDS = 45
# A browser that is off for the night is not told in the morning.
PUSH_LIVES = timedelta(hours=2)


def plan_due(db: Session, *, now: datetime) -> None:
    """Put what is due into the outbox, and make the key for push services if they are used."""
    site = parts().site_key
    if parts().settings.push_contact and push_endpoints.public_key(db, site) is None:
        push_endpoints.make_key(db, site)
    reminding.plan_due(db, site, now=now)


def send_due(db: Session, *, now: datetime) -> None:
    """Send what is due, one message a lease; what can't be sent now waits, two hours at most."""
    holder = f"{socket.gethostname()}-{os.getpid()}"[-64:]
    outbox.sweep(db, now=now)
    db.commit()
    until = time.monotonic() + AT_MOST_SECONDS
    while time.monotonic() < until:
        message = outbox.claim_next(db, holder, now=now)
        if message is None:
            return
        _settle(db, message, _deliver(db, message, now), now)


def _deliver(db: Session, message: Message, now: datetime) -> Outcome | datetime:
    """Send one message; or the end of the quiet hours it has to wait for."""
    site = parts().site_key
    quiet = reminding.quiet_until(db, site, message.account_id, now=now)
    if quiet > now and not message.asked:
        return quiet
    if not message.asked and not reminding.is_wanted(db, site, message.account_id):
        return Outcome.REFUSED
    try:
        if message.endpoint_id is not None:
            return _push(db, message, message.endpoint_id, now)
        return _mail(db, message, now)
    except (OSError, HTTPException, SMTPException) as error:
        # Away, or it speaks something else. Whom it was for stands in no line of the log.
        logging.failure(error)
        return Outcome.LATER
    except ValueError as error:
        # An address that no message can carry, however often it is tried.
        logging.failure(error)
        return Outcome.REFUSED


def _mail(db: Session, message: Message, now: datetime) -> Outcome:
    settings, site = parts().settings, parts().site_key
    address = reminding.address_for(db, site, message.account_id)
    # Nothing is held while another machine is waited for.
    db.rollback()
    if address is None or not settings.smtp_host:
        return Outcome.REFUSED
    token = reminding.stop_token(site, message.account_id)
    letter = Letter(address, message.id, f"{settings.base_url}/reminders/stop/{token}")
    return mail.send(parts(), mail.compose(parts(), letter, now))


def _push(db: Session, message: Message, endpoint_id: UUID, now: datetime) -> Outcome:
    settings, site = parts().settings, parts().site_key
    address = push_endpoints.address_of(db, site, message.account_id, endpoint_id)
    if address is None or not settings.push_contact:
        return Outcome.REFUSED
    known_by = push_endpoints.authorization(
        db, site, origin=push.origin_of(address), contact=settings.push_contact, now=now
    )
    db.rollback()
    if known_by is None:
        return Outcome.LATER
    return push.send(address, known_by, seconds=int(PUSH_LIVES.total_seconds()))


def _settle(db: Session, message: Message, found: Outcome | datetime, now: datetime) -> None:
    if isinstance(found, datetime):
        outbox.later(db, message, found)
        return
    metrics.reminders.labels(message.channel, found.value).inc()
    if found is Outcome.LATER:
        outbox.later(db, message, outbox.again_at(message, now=now))
        return
    if found is Outcome.GONE and message.endpoint_id:
        push_endpoints.drop(db, message.account_id, message.endpoint_id)
    outbox.done(db, message)
