"""The one blueprint of this feature's pages."""

from flask import Blueprint

bp = Blueprint("integration", __name__)
