"""The town, for tests of everything together."""

from tests.town import clock, first_town, town

__all__ = ["clock", "first_town", "town"]
