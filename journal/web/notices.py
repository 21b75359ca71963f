"""What the next page tells about the step before."""

from typing import Any, cast

from flask import flash


def offer_undo(text: str, action: str) -> None:
    """Show the text with a button that posts to `action`; neither may hold a person's words."""
    # Flask keeps any JSON value; the layout reads this pair.
    flash(cast(Any, {"text": text, "action": action}), "undo")
