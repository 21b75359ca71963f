"""Whether a password can be guessed, and in plain words why."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

SHORTEST = 10
LONGEST = 1024
LOOKED_AT = 72
STRONG = 3


def weaknesses(password: str, *, about: Iterable[str] = ()) -> list[str]:
    """Return what is wrong with a new password as sentences, none when it will do.

    about: the person's name and address, which an attacker would try first. Length counts
    characters in NFC, as the key is derived from them; the first 72 are judged.
    """
    length = len(unicodedata.normalize("NFC", password))
    if length < SHORTEST:
        return [
            str(
                _(
                    "Use at least %(least)s characters; this has %(length)s.",
                    least=SHORTEST,
                    length=length,
                )
            ),
            _suggestion(),
        ]
    if length > LONGEST:
        return [str(_("Use at most %(most)s characters.", most=LONGEST))]
    score, sequence = _judge(password[:LOOKED_AT], about)
    return [] if score >= STRONG else [_reason(sequence), _suggestion()]


def _judge(password: str, about: Iterable[str]) -> tuple[int, Sequence[Mapping[str, Any]]]:
    # Its word lists take 12 MB, and few workers ever meet a new password.
    from zxcvbn import matching, scoring
    from zxcvbn.time_estimates import estimate_attack_times

    # zxcvbn() itself would leave the person's name in a dictionary that all threads share.
    known = {
        **matching.RANKED_DICTIONARIES,
        "user_inputs": matching.build_ranked_dict(_pieces(about)),
    }
    found = scoring.most_guessable_match_sequence(password, matching.omnimatch(password, known))
    return estimate_attack_times(found["guesses"])["score"], found["sequence"]


def _pieces(texts: Iterable[str]) -> list[str]:
    found = dict.fromkeys(
        piece for text in texts for piece in [text.lower(), *re.split(r"[\W_]+", text.lower())]
    )
    return [piece for piece in found if len(piece) > 1]


def _reason(sequence: Sequence[Mapping[str, Any]]) -> str:
    worst = max(sequence, key=lambda match: len(match["token"]), default={"pattern": "short"})
    if worst["pattern"] == "dictionary":
        return _word_reason(worst)
    reasons = {
        "spatial": _("It can be guessed: keys that lie in a row are tried early."),
        "repeat": _("It can be guessed: the same piece comes again and again."),
        "sequence": _("It can be guessed: it follows an order, like abc or 321."),
        "regex": _("It can be guessed: years are tried early."),
        "date": _("It can be guessed: dates are tried early."),
    }
    return str(reasons.get(worst["pattern"], _("It can be guessed: it is too short for that.")))


def _word_reason(match: Mapping[str, Any]) -> str:
    if match["dictionary_name"] == "user_inputs":
        return str(_("It can be guessed: it holds your name or your address."))
    if match["dictionary_name"] == "passwords":
        return str(_("It can be guessed: many people use this password, or one much like it."))
    if match["dictionary_name"] in ("male_names", "female_names", "surnames"):
        return str(_("It can be guessed: names are tried early."))
    return str(_("It can be guessed: it is mostly one common word."))


def _suggestion() -> str:
    return str(_("Four or five words that only you would put together work well."))
