"""What a patient writes on pages of its own, in several features alike."""
