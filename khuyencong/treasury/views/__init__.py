"""Pages of lists, statements and what waits."""
