"""What an account remembers of the keys that were its own before."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from journal.core.state import State
    from journal.crypto.identity import PublicIdentity


def remember(state: State, before: PublicIdentity, now: datetime) -> None:
    """Note that these keys were the account's until now."""
    kept = {
        "fingerprint": before.fingerprint.hex(),
        "until": int(now.timestamp()),
        "identity": before.encode().hex(),
    }
    state.setdefault("former_keys", []).append(kept)


def former_fingerprints(state: State) -> set[str]:
    """The fingerprints that were its own: an older statement may still name one of them."""
    return {one["fingerprint"] for one in state.get("former_keys", ())}


def former_identity(state: State, fingerprint: str) -> str:
    """The keys behind a former fingerprint, in hex; "" where an earlier version kept none."""
    kept = state.get("former_keys", ())
    return next((one.get("identity", "") for one in kept if one["fingerprint"] == fingerprint), "")


def changes(state: State) -> list[datetime]:
    """When the keys changed, the newest first."""
    kept = state.get("former_keys", ())
    return [datetime.fromtimestamp(one["until"], UTC) for one in reversed(kept)]
