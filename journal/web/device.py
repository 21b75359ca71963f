"""What a person calls the device that a browser runs on."""

from flask_babel import gettext as _

# In this order: most browsers name others besides themselves.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def device_name(agent: str) -> str:
    """Return "Firefox on Android" for a User-Agent header, or words for an unknown one."""
    browser = _first(BROWSERS, agent) or _("A browser")
    system = _first(SYSTEMS, agent)
    if system is None:
        return str(browser)
    return str(_("%(browser)s on %(system)s", browser=browser, system=system))


def _first(names: tuple[tuple[str, str], ...], agent: str) -> str | None:
    return next((name for mark, name in names if mark in agent), None)
