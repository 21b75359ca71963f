"""The one blueprint of this feature's pages."""

from flask import Blueprint

bp = Blueprint("medications", __name__, url_prefix="/medications")
