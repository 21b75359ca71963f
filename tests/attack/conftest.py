"""The world of the tests at the level of keys, and the town at the level of pages."""

from tests.builders import built, world
from tests.town import clock, first_town, town

__all__ = ["built", "clock", "first_town", "town", "world"]
