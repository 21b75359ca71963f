"""Every order of consent, writing, deleting, dying and time, held against plain sets.

Three readers keep every key that they could ever unwrap (tests/consents.py; `make harden` lives
through thousands of histories). Red when `endings._note_shared` is left out, when
`strata.raise_generations` begins behind the leaver's first stratum, or when `strata._add_for`
asks not what a statement covers.
"""

from tests import consents
from tests.builders import Built


def test_keys_follow_consent_in_every_order(built: Built) -> None:
    consents.run(built, histories=60 if built.database.is_sqlite else 25)
