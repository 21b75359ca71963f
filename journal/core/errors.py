"""What can go wrong in the core, as the pages understand it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID

    from journal.core.opened import Opened


class CoreError(Exception):
    """Any refusal of the core that a page has an answer for."""


class NotFound(CoreError):
    """Missing, somebody else's, revoked or expired: outsiders must not learn which.

    `reason` is for tests and the access log; it never reaches a page.
    """

    def __init__(self, reason: str = "missing") -> None:
        super().__init__(reason)
        self.reason = reason


class WrongCredentials(CoreError):
    """No key slot opened: unknown address, wrong password or wrong kit, told apart by nothing."""


class WrongPassword(WrongCredentials):
    """The signed-in person's own password did not open the slot."""


class StepUpNeeded(CoreError):
    """This change widens what others can read, so it needs the password."""


class EmailTaken(CoreError):
    """Another account already answers to this address."""


class SessionEnded(CoreError):
    """The cookie opens nothing any more; `account_id` is known for twelve hours after the start."""

    def __init__(self, account_id: UUID | None = None) -> None:
        super().__init__("session ended")
        self.account_id = account_id


class StaleVersion(CoreError):
    """Somebody (or another tab) saved a newer version; `current` is what is there now."""

    def __init__(self, current: Opened) -> None:
        super().__init__("stale version")
        self.current = current


class InvitationClosed(CoreError):
    """The link was used, withdrawn, has run out, or never was."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class AlreadyGiven(CoreError):
    """This therapist already holds a grant of this patient."""

    def __init__(self, grant_id: UUID) -> None:
        super().__init__("already given")
        self.grant_id = grant_id


class IsLeaving(CoreError):
    """Somebody who asked to leave wants to share or to invite: first she has to stay."""


class ReaderKeyChanged(CoreError):
    """A reader's keys are not the pinned ones, nor announced by them: nothing goes on to her.

    `grant_id` is None when it shows before there is a grant.
    """

    def __init__(self, reader_name: str, grant_id: UUID | None = None) -> None:
        super().__init__("reader's keys changed")
        self.reader_name = reader_name
        self.grant_id = grant_id


class OwnKeyChanged(CoreError):
    """The public keys in the own account's row are not those that its password sealed."""


class ConsentNamesOthers(CoreError):
    """A pinned patient signed a consent that names a key which was never this reader's."""

    def __init__(self, patient_name: str) -> None:
        super().__init__("consent names another key")
        self.patient_name = patient_name


class Throttled(CoreError):
    """Too many tries; `retry_after` is in whole seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"retry after {retry_after} s")
        self.retry_after = retry_after


class Busy(CoreError):
    """The machine is opening as many key slots as it may; try again in a moment."""


class NotGenuine(CoreError):
    """A document that claims to be a receipt, and whose signatures do not bear it out."""


class Full(CoreError):
    """There is no room for one more; what is here already stays."""


class Taken(CoreError):
    """This id holds something else already."""


class Damaged(CoreError):
    """Something sealed for this account does not open under its own key."""
