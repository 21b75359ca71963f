"""A link as a QR code, drawn as SVG without a style of its own."""

import segno
from markupsafe import Markup


def draw(link: str) -> Markup:
    """Return an inline SVG that scales with its box; the quiet zone of four modules is in it."""
    drawn = segno.make(link, error="m", micro=False).svg_inline(
        omitsize=True, border=4, svgclass=None, lineclass=None
    )
    return Markup(drawn)  # noqa: S704 - segno writes numbers only, never the link's own text
