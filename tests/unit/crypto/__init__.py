"""The keys, envelopes and statements, one file a module."""
