"""The site key's type, for the layers above that carry it and never open it."""

from journal.crypto.sitekey import SiteKey

__all__ = ["SiteKey"]
