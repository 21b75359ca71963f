"""Keys, envelopes and consent: bytes in, bytes out."""
