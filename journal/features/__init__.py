"""Feature packages, each knowing only the kernel."""
