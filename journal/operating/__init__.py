"""What the operator runs: backup, restore, doctor and the site key's copy."""
