"""The forms of signing up, signing in, recovery and the account's own page."""

import re
from collections.abc import Iterable
from functools import cache
from zoneinfo import available_timezones

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, PasswordField, RadioField, StringField, ValidationError
from wtforms.validators import InputRequired, Length, NumberRange

from journal.core.consent import Choice
from journal.core.invitations import Invitation
from journal.features.accounts import offer, strength
from journal.web.fields import ChoicesField, WholeField, options
from journal.web.forms import BaseForm

LOOKS_LIKE_MAIL = re.compile(r"[^@\s]+@[^@\s]+")
WITHOUT_ZONE = "UTC"
ERASE = _("erase")


def _required(words: object) -> InputRequired:
    return InputRequired(words)  # type: ignore[arg-type]  # lazily translated words


def _at_most(letters: int) -> Length:
    words = _("Use at most %(max)d characters.")
    return Length(max=letters, message=words)


def _password(label: object) -> PasswordField:
    # A longer text would only keep the machine busy.
    checks = [_required(_("Write your password.")), _at_most(strength.LONGEST)]
    return PasswordField(label, checks)  # type: ignore[arg-type]


class AddressForm(BaseForm):
    """A form that begins with the address of somebody who is not signed in."""

    email = StringField(_("E-mail"), [_required(_("Write your e-mail address.")), _at_most(254)])


class SignInForm(AddressForm):
    """Address and password, and where the person was going."""

    password = _password(_("Password"))
    next = HiddenField()


class NewPassword:
    """A new password, judged with what else the form knows of the person."""

    def validate_password(self, field: PasswordField) -> None:
        """Refuse what can be guessed, as WTForms asks."""
        texts = (getattr(self, name, None) for name in ("name", "email"))
        _refuse_weak(field, [other.data for other in texts if other is not None and other.data])


class RecoveryForm(NewPassword, AddressForm):
    """Address, recovery kit, and a new password."""

    kit = StringField(
        _("Recovery kit"), [_required(_("Type the nine groups of your kit.")), _at_most(200)]
    )
    password = _password(_("New password"))


class KnowsZone:
    """The browser's time zone, where a script could tell it."""

    zone = HiddenField()

    @property
    def zone_found(self) -> str:
        """Return the browser's IANA zone; without scripts nobody knows it yet."""
        return known_zone(self.zone.data) or WITHOUT_ZONE


class SignUpForm(NewPassword, KnowsZone, AddressForm):
    """A new account, a therapist's as it stands."""

    name = StringField(_("Your name"), [_required(_("Write your name.")), _at_most(120)])
    password = _password(_("Password"))

    def validate_email(self, field: StringField) -> None:
        """Refuse what can't be an address, as WTForms asks."""
        if not LOOKS_LIKE_MAIL.fullmatch(field.data or ""):
            raise ValidationError(_("Write an address such as ana@example.org."))

    @property
    def choice(self) -> Choice:
        """Return what the person shares: a therapist shares nothing."""
        return Choice(())


class ChoosesScopes:
    """What to share with one therapist, and from when on."""

    scopes = ChoicesField(_("What may they read?"), choices=options(offer.SCOPES))
    since = RadioField(_("From when on?"), choices=options(offer.SINCE), default="now")

    @property
    def choice(self) -> Choice:
        """Return the choice as the core takes it."""
        return Choice(tuple(self.scopes.data or ()), self.since.data)


class PatientSignUpForm(ChoosesScopes, SignUpForm):
    """A patient's new account with its first therapist."""


class NewStartForm(ChoosesScopes, NewPassword, KnowsZone, AddressForm):
    """A new password for somebody who has neither the old one nor the kit, and what to share."""

    password = _password(_("New password"))


class FurtherForm(ChoosesScopes, BaseForm):
    """A further therapist for a patient who has an account."""

    password = _password(_("Your password"))


class KitForm(BaseForm):
    """The kit typed back."""

    kit = StringField(
        _("Type it back"), [_required(_("Type the nine groups of your kit.")), _at_most(200)]
    )


class RenewalForm(BaseForm):
    """The password, before a new kit is made."""

    password = _password(_("Your password"))


class OpeningForm(BaseForm):
    """The kit or the password from before a new start."""

    secret = PasswordField(
        _("Recovery kit or password of that time"), [_required(_("Type the kit.")), _at_most(1000)]
    )


class ErasureForm(BaseForm):
    """The password and a word, before everything is erased without a delay."""

    confirmation = StringField(_("A word to confirm"), [_at_most(40)])
    password = _password(_("Your password"))

    def validate_confirmation(self, field: StringField) -> None:
        """Refuse any other word, as WTForms asks."""
        if (field.data or "").strip(" .\"'").casefold() != str(ERASE).casefold():
            raise ValidationError(_("Type the word %(word)s.", word=ERASE))


class ProfileForm(BaseForm):
    """Name, time zone, and minutes until the idle lock."""

    name = StringField(_("Your name"), [_required(_("Write your name.")), _at_most(120)])
    zone = StringField(_("Time zone"), [_required(_("Write a time zone."))])
    idle_minutes = WholeField(
        _("Minutes until your devices lock"),
        [
            _required(_("Write a number from 1 to 60.")),
            NumberRange(1, 60, _("Write a number from 1 to 60.")),
        ],
    )

    def validate_zone(self, field: StringField) -> None:
        """Refuse a zone that no clock knows, as WTForms asks."""
        found = known_zone(field.data)
        if found is None:
            raise ValidationError(_("Write a time zone such as Europe/Vienna or America/Toronto."))
        field.data = found


class PasswordForm(BaseForm):
    """The password until now and a new one; `about` is what the account knows of the person."""

    password = _password(_("Password until now"))
    new_password = _password(_("New password"))
    about: tuple[str, ...] = ()

    def validate_new_password(self, field: PasswordField) -> None:
        """Refuse what can be guessed, as WTForms asks."""
        _refuse_weak(field, self.about)


def _refuse_weak(field: PasswordField, about: Iterable[str]) -> None:
    found = strength.weaknesses(field.data or "", about=about)
    if found:
        raise ValidationError(" ".join(found))


def sign_up_form(invited: Invitation) -> SignUpForm:
    """Return the form for the role that the invitation is for."""
    form = PatientSignUpForm if invited.role == "patient" else SignUpForm
    return form(email=invited.email)


def known_zone(text: str | None) -> str | None:
    """Return the zone's IANA name, None when there is none like it."""
    return _zones().get((text or "").strip().replace(" ", "_").casefold())


@cache
def _zones() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()}
