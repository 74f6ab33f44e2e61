"""Pages of the reports of periods."""
