"""The blueprint that this feature's three modules of routes stand on."""

from flask import Blueprint

bp = Blueprint("entries", __name__)
