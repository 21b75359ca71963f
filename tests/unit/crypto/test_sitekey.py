"""The site key's file and what is derived from it."""

import pytest

from journal.crypto.errors import BadFormat, CryptoError, WrongKey
from journal.crypto.sitekey import PURPOSES, SiteKey

from .changes import flipped


def test_the_file_reads_back_with_all_its_versions() -> None:
    site = SiteKey.make().rotate().rotate()
    assert site.current == 3
    assert SiteKey.parse(site.render()) == site
    assert SiteKey.parse("# kept by Otto\n\n" + site.render().replace("\n", "\r\n")) == site


def test_a_mistyped_file_is_refused_as_a_whole() -> None:
    text = SiteKey({1: bytes(range(32)), 2: bytes(32)}).render()
    for changed in flipped(text.encode()):
        try:
            read = SiteKey.parse(changed.decode("latin-1"))
        except CryptoError:
            continue
        # Capitals of hex digits, and blanks, are other spellings of the same key.
        assert read.render() == text


@pytest.mark.parametrize(
    "text", ["", "AG1 site key", "AG1 site key\n1 00 00", "1 " + "00" * 32, "AG1 site key\n\n1 2"]
)
def test_a_file_without_a_key_is_refused(text: str) -> None:
    with pytest.raises(BadFormat):
        SiteKey.parse(text)


def test_a_version_can_not_stand_twice() -> None:
    text = SiteKey({1: bytes(32)}).render()
    with pytest.raises(BadFormat):
        SiteKey.parse(text + text.splitlines()[1])


@pytest.mark.parametrize("versions", [{}, {0: bytes(32)}, {-1: bytes(32)}, {1: bytes(31)}])
def test_a_site_key_that_makes_no_sense_is_refused(versions: dict[int, bytes]) -> None:
    with pytest.raises(BadFormat):
        SiteKey(versions)


def test_each_purpose_and_version_has_its_own_key() -> None:
    site = SiteKey.make().rotate()
    derived = {site.derive(purpose, version) for purpose in PURPOSES for version in (1, 2)}
    assert len(derived) == 2 * len(PURPOSES) == 14
    assert all(len(key) == 32 for key in derived)
    assert site.derive("slot") == site.derive("slot", 2)


def test_an_unknown_purpose_or_version_gives_no_key() -> None:
    site = SiteKey.make()
    with pytest.raises(BadFormat):
        site.derive("anything")
    with pytest.raises(WrongKey):
        site.derive("slot", 2)


def test_a_log_line_with_a_site_key_shows_none_of_it() -> None:
    site = SiteKey({1: b"K" * 32})
    assert "K" * 4 not in repr(site).replace("SiteKey", "")
    assert site.versions[1].hex() not in repr(site)
    with pytest.raises(TypeError):
        site.versions[1] = bytes(32)  # type: ignore[index]
