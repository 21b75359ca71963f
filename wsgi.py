"""The application that a WSGI server, and the flask command, load."""

from journal import create_app

app = create_app()
