"""A further node on a database that has people needs their site key, and makes none of its own."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from journal import clock, instance
from journal.config import Settings
from journal.core import accounts


def test_a_node_without_the_site_key_makes_none_of_its_own(
    settings: Settings, db: Session, tmp_path: Path
) -> None:
    site = instance.read_site_key(settings)
    accounts.create(
        db,
        site,
        accounts.make_keys(site, password="four quiet herons at dusk"),
        role="therapist",
        email="tess@example.org",
        name="Tess",
        zone="Europe/Berlin",
        now=clock.now(),
    )
    db.commit()
    folder = tmp_path / "further"
    changes = {"instance_path": folder, "site_key_file": folder / "site.key"}
    node = settings.model_copy(update=changes)
    instance.prepare(node)
    with pytest.raises(FileNotFoundError):
        instance.read_site_key(node)


def test_the_first_node_makes_it(settings: Settings, tmp_path: Path) -> None:
    settings.site_key_file.unlink()
    Path(settings.database_url.removeprefix("sqlite:///")).unlink(missing_ok=True)
    instance.prepare(settings)
    assert instance.read_site_key(settings).current == 1
