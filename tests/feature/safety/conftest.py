"""Ana, Tess and Theo, each at a device."""

from tests.browsers import ana, at_ten, grant, laptop, phone, tess, theo, theos

__all__ = ["ana", "at_ten", "grant", "laptop", "phone", "tess", "theo", "theos"]
