"""The world of the tests, rolled back after each."""

from tests.builders import built, world

__all__ = ["built", "world"]
