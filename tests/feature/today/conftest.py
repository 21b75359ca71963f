"""Ana's phone and Theo's laptop."""

from tests.browsers import ana, at_ten, phone, tess, theo, theos

__all__ = ["ana", "at_ten", "phone", "tess", "theo", "theos"]
