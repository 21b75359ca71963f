"""What the journal costs beside a plain application with the same pages: `make bench`."""
