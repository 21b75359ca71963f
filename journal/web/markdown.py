"""Markdown that a person wrote: as HTML that can do nothing, or without its marks."""

import re

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

TAGS = frozenset(
    {"p", "br", "hr", "strong", "em", "code", "pre", "blockquote", "ul", "ol", "li", "a"}
    | {"h3", "h4", "h5", "h6"}
)
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
# An entry stands under the page's own first and second headings.
HEADINGS_DOWN = 2

# `html` off keeps tags as text; images are off because a picture elsewhere tells who reads.
_parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable("image")

_MARK = re.compile(r"[#>*_`\[+]|^ {0,3}-[ \t]", re.MULTILINE)
_HEAD = re.compile(r"^ {0,3}(?:#{1,6}|>)[ \t]+", re.MULTILINE)
_POINT = re.compile(r"^([ \t]*)[-*+][ \t]+", re.MULTILINE)
# Of a sentence or two: the search for the other end of each lone mark has to end soon.
_EMPHASIS = re.compile(r"(?<!\w)(\*\*|__|[*_`])(?=\S)([^*_`\n]{1,300})(?<=\S)\1(?!\w)")
_LINK = re.compile(r"\[([^\[\]\n]{1,300})\]\([^()\s]{1,2000}\)")


def markdown(text: str) -> Markup:
    """Return safe HTML: links without referrer or opener, no images, no tags of the writer's."""
    tokens = _parser.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + HEADINGS_DOWN)}"
    written = _parser.renderer.render(tokens, _parser.options, {})
    # Cleaned again: a fault in the parser must not become a script on a therapist's page.
    clean = nh3.clean(
        written,
        tags=set(TAGS),
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes=set(SCHEMES),
        link_rel="noopener noreferrer",
    )
    return Markup(clean)  # noqa: S704 - nh3 let only TAGS through


def plain(text: str) -> str:
    """Return a text without the marks of Markdown, for a line in a list; points of a list stay."""
    if _MARK.search(text) is None:
        return text
    text = _POINT.sub(r"\1• ", _HEAD.sub("", text))
    return _LINK.sub(r"\1", _EMPHASIS.sub(r"\2", text))
