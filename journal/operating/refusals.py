"""The one error of the operator's commands: a line in plain words."""


class Refused(Exception):
    """The command can't go on; its text is one line that says why and is safe to show."""
