"""What the next page tells about the step before."""

from typing import Any, cast

from flask import flash


def offer_undo(text: str, action: str, button: str = "") -> None:
    """Show the text with a button that posts to `action`; none may hold a person's words.

    button: what stands on it, "Undo" when it is empty.
    """
    # Flask keeps any JSON value; the layout reads these three.
    flash(cast(Any, {"text": text, "action": action, "button": button}), "undo")
