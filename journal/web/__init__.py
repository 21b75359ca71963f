"""The Flask toolkit that every feature stands on."""
