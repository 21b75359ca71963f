"""What is seen to before a session: a short list of steps, and what somebody adds of her own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from flask_babel import lazy_gettext as _l

KIND = "preparation"
SCOPE = "care"
PARTIAL = "preparation/_record.html"
MOST_OWN, LONGEST_OWN = 20, 200

STEPS = {
    "escort": _l("Somebody takes me home afterwards."),
    "driving": _l("I don’t drive until the next day, after I have slept."),
    "decisions": _l("I decide and sign nothing binding until then."),
    "food": _l("I have asked my clinic about eating and drinking beforehand."),
    "medicines": _l("I have asked my clinic about the medicines I take."),
    "phone": _l("I have the clinic’s phone number with me."),
    "evening": _l("The evening is free and quiet."),
}


@dataclass(frozen=True, slots=True)
class Own:
    """One step that somebody added, and whether it is done."""

    text: str
    done: bool = False


@dataclass(frozen=True, slots=True)
class Preparation:
    """What is done for one session; session: the id of its record, in hex."""

    session: str
    done: tuple[str, ...] = ()
    own: tuple[Own, ...] = ()

    @property
    def ticked(self) -> int:
        """Return how many steps are done, own ones among them."""
        return len(self.done) + sum(one.done for one in self.own)

    @property
    def all(self) -> int:
        """Return how many steps there are."""
        return len(STEPS) + len(self.own)

    def dump(self) -> dict[str, Any]:
        """Return it as a record's content."""
        own = [{"text": one.text, "done": one.done} for one in self.own]
        return {"session": self.session, "done": list(self.done), "own": own}

    @classmethod
    def load(cls, content: Mapping[str, Any]) -> "Preparation":
        """Read a record's content."""
        done = set(content.get("done", ()))
        return cls(
            content.get("session", ""),
            tuple(name for name in STEPS if name in done),
            tuple(Own(one["text"], bool(one["done"])) for one in content.get("own", ())),
        )

    def anew(self, session: str) -> "Preparation":
        """Return the list for another session: own steps come along, nothing of it is done."""
        return Preparation(session, (), tuple(Own(one.text) for one in self.own))


def id_in(scope_id: UUID, session_id: UUID) -> UUID:
    """Return the id of the list for one session, which it keeps when the session is moved."""
    return uuid5(scope_id, f"{KIND} {session_id}")
