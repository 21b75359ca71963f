"""The care arc: medicine sessions, and what hangs from them."""
