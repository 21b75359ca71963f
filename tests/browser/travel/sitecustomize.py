"""Python reads this first where its folder is on the path: our only clock runs ahead then.

Tests alone put the folder there; nothing that is installed can move the journal's time.
"""

import os
from datetime import datetime, timedelta
from pathlib import Path

from journal import clock

_file, _real = Path(os.environ["AFTERGLOW_AHEAD"]), clock.now


def _ahead() -> datetime:
    return _real() + timedelta(seconds=float(_file.read_text()))


clock.now = _ahead
