"""Records, accounts and consent, free of Flask."""
