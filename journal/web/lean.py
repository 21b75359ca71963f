"""Pages without the indentation of their templates: behind sign-in nothing is compressed."""

import re

from jinja2.ext import Extension

INDENTED = re.compile(r"\n[ \t]+")
A_TAG = r"\{% (?:(?!%\}).)*[^-]%\}"  # one that keeps the space around it
ONLY_TAGS = re.compile(rf"\n(?=(?:{A_TAG})+\n)\{{%")


class Lean(Extension):
    """Drops it as a template is compiled: what people wrote is not in there yet."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002
        """Keep each line break, so that an error still names its line.

        That before a line of nothing but tags moves into the first of them: no empty line is sent.
        """
        return ONLY_TAGS.sub("{%\\n", INDENTED.sub("\n", source))
