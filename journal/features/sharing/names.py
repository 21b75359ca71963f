"""What the events of a consent are called on these pages."""

from flask_babel import lazy_gettext

RECEIPTS = {
    "given": lazy_gettext("Sharing began"),
    "changed": lazy_gettext("Sharing changed"),
    "ended": lazy_gettext("Sharing stopped"),
    "expired": lazy_gettext("Sharing ran out"),
}
