"""The yardstick as the server loads it; `bench.sides` starts it, and nothing else does."""

import os
from dataclasses import replace

from bench import yardstick
from bench.sides import DATABASE, SECRET
from journal import create_app
from journal.db import Database

_ours = create_app()
_parts = replace(_ours.extensions["journal"], database=Database(os.environ[DATABASE]))
app = yardstick.make(_ours, _parts)
app.secret_key = os.environ[SECRET]
