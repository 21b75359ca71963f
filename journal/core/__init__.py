"""Accounts, records and consent: Flask-free; database session, keyring and time are arguments."""
