"""A made-up clinic to look around in: `make demo`. Nothing else in the journal knows it."""
