"""The seal on what was typed too late."""

from uuid import uuid4

import pytest

from journal.core import late_posts
from journal.core.errors import NotFound
from journal.crypto.sitekey import SiteKey


def test_its_own_account_opens_it_even_after_the_site_key_turned():
    site, account = SiteKey.make(), uuid4()
    text = late_posts.seal(site, account, "cookie", b"words")
    assert late_posts.open_(site.rotate(), account, text) == b"words"


def test_another_account_another_site_and_a_changed_text_open_nothing():
    site, account = SiteKey.make(), uuid4()
    text = late_posts.seal(site, account, "cookie", b"words")
    half = len(text) // 2
    changed = text[:half] + ("A" if text[half] != "A" else "B") + text[half + 1 :]
    for key, reader, sealed in (
        (site, uuid4(), text),
        (SiteKey.make(), account, text),
        (site, account, changed),
        (site, account, text[:-1]),
        (site, account, "/////" + text[5:]),
        (site, account, ""),
    ):
        with pytest.raises(NotFound):
            late_posts.open_(key, reader, sealed)
