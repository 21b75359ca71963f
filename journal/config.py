"""The settings: read once from the environment, typed, frozen, and strict."""

import os
import re
import sys
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "JOURNAL_"
LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
MAIL_ADDRESS = re.compile(r"[!-?A-~]+@[!-?A-~]+")
DATABASES = ("sqlite:///", "postgresql+psycopg://")


class Settings(BaseSettings):
    """Everything an operator can choose; docs/operations.md has the same list in words."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, validate_default=True
    )

    instance_path: Path = ROOT / "instance"
    database_url: str = Field(default="", repr=False)
    base_url: str = ""
    bind: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    trusted_proxies: int = Field(default=0, ge=0, le=9)
    site_key_file: Path = Path()
    clinic_name: str = Field(default="Your clinic", min_length=1, max_length=120)
    clinic_hours: str = Field(default="", max_length=200)
    clinic_phone: str = Field(default="", pattern=r"^(\+?[0-9][0-9 ]{2,28})?$")
    help_lines_days: int = Field(default=90, ge=1, le=365)
    idle_minutes: int = Field(default=15, ge=1, le=60)
    workers: int = Field(default=2, ge=1, le=64)
    blocking_threads: int = Field(default=32, ge=1, le=128)
    metrics_bind: str = ""
    smtp_host: str = ""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_login: str = Field(default="", repr=False)
    smtp_password: str = Field(default="", repr=False)
    smtp_from: str = ""
    push_contact: str = Field(default="", pattern=r"^((mailto:[^@\s]+@|https://)[^@\s]+)?$")
    development: bool = False
    testing: bool = False

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the parent's signature
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment as this module reads it."""
        return init_settings, Environment(settings_cls)

    @model_validator(mode="before")
    @classmethod
    def fill_what_follows_from_the_rest(cls, given: dict[str, Any]) -> dict[str, Any]:
        """Derive the addresses of the database, the site key and the site itself."""
        instance = Path(given.get("instance_path") or ROOT / "instance").absolute()
        derived = {
            "database_url": f"sqlite:///{instance / 'journal.sqlite3'}",
            "site_key_file": instance / "site.key",
            "base_url": f"http://127.0.0.1:{given.get('port', 8000)}",
        }
        return {**derived, **given, "instance_path": instance}

    @field_validator("database_url")
    @classmethod
    def is_a_database_that_is_tested(cls, url: str) -> str:
        """Refuse every database but the two that the test suite runs on."""
        if not url.startswith(DATABASES):
            raise ValueError(f"must start with {' or '.join(DATABASES)}")
        return url

    @field_validator("base_url")
    @classmethod
    def is_an_origin(cls, url: str) -> str:
        """Refuse a path, a query, and plain http anywhere but on this machine."""
        url = url.rstrip("/")
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("must be an address such as https://journal.example.org")
        if parts.path or parts.query or parts.fragment or parts.username:
            raise ValueError("must be a scheme, a host and perhaps a port, with nothing after")
        if parts.scheme == "http" and parts.hostname not in LOCAL_HOSTS:
            raise ValueError("must be https: plain http is for 127.0.0.1 and localhost only")
        return url

    @field_validator("metrics_bind")
    @classmethod
    def is_an_address_of_its_own(cls, bind: str, others: ValidationInfo) -> str:
        """Refuse what nothing could listen on, and the port of the pages."""
        address = _address(bind)
        if bind and address is None:
            raise ValueError("must be an address and a port such as 127.0.0.1:9108")
        if address is not None and address[1] == others.data.get("port"):
            raise ValueError("must have another port than the pages")
        return bind

    @field_validator("smtp_security")
    @classmethod
    def is_encrypted_on_the_way(cls, security: str, others: ValidationInfo) -> str:
        """Refuse to send whom a reminder is for through a network in the clear."""
        host = others.data.get("smtp_host")
        if security == "none" and host and host not in LOCAL_HOSTS:
            raise ValueError("must be starttls or tls: none is for a mail server on this machine")
        return security

    @field_validator("smtp_from")
    @classmethod
    def is_there_when_mail_is_sent(cls, address: str, others: ValidationInfo) -> str:
        """Refuse a mail server without an address to send from, and what is no address."""
        if others.data.get("smtp_host") and not MAIL_ADDRESS.fullmatch(address):
            raise ValueError("must be an address such as reminders@example.org")
        return address

    @property
    def metrics_address(self) -> tuple[str, int] | None:
        """Return where the counts are served, None when they are not."""
        return _address(self.metrics_bind)

    @property
    def secure(self) -> bool:
        """Tell whether browsers reach the site by https, so that cookies are `__Host-`."""
        return self.base_url.startswith("https://")

    @property
    def local(self) -> bool:
        """Tell whether nobody but this machine reaches the site, directly or through a proxy."""
        return not self.secure and self.bind in LOCAL_HOSTS and self.trusted_proxies == 0


def _address(bind: str) -> tuple[str, int] | None:
    try:
        parts = urlsplit(f"//{bind}")
        if parts.netloc != bind or not parts.hostname or not parts.port or parts.username:
            return None
    except ValueError:
        return None
    return parts.hostname, parts.port


class Environment(PydanticBaseSettingsSource):
    """Reads JOURNAL_*, JOURNAL_*_FILE and PORT; an unknown JOURNAL_* name is an error."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002
        """Answer for one field, as the parent class asks."""
        return self().get(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        """Return the fields that the environment sets; raises ValueError."""
        known = set(self.settings_cls.model_fields) - {"testing", "port"}
        found: dict[str, Any] = {"port": os.environ["PORT"]} if os.environ.get("PORT") else {}
        for variable in sorted(name for name in os.environ if name.startswith(PREFIX)):
            name = variable.removeprefix(PREFIX).lower()
            if name in known:
                value = os.environ[variable]
            elif name.removesuffix("_file") in known:
                name, value = name.removesuffix("_file"), read_secret(variable)
            else:
                raise ValueError(f"{variable} is not a setting: see docs/operations.md")
            if name in found:
                raise ValueError(f"{PREFIX}{name.upper()} is set twice, itself and as _FILE")
            if value:
                found[name] = value
        return found


def read_secret(variable: str) -> str:
    """Return the text of the file that a JOURNAL_*_FILE variable names; raises ValueError."""
    try:
        return Path(os.environ[variable]).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{variable} names a file that can't be read") from error


def read() -> Settings:
    """Return the environment's settings, or end with status 2 and one line on stderr."""
    try:
        return Settings()
    except ValidationError as error:
        complaint = plainly(error)
    except ValueError as error:
        complaint = str(error)
    sys.stderr.write(f"The settings are not right: {complaint}\n")
    raise SystemExit(2)


def plainly(error: ValidationError) -> str:
    """Return the first complaint as one line that names the variable and not its value."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    field = str(first["loc"][0]) if first["loc"] else ""
    variable = "PORT" if field == "port" else f"{PREFIX}{field.upper()}"
    message = " ".join(first["msg"].removeprefix("Value error, ").split())
    return f"{variable}: {message}" if field else message
