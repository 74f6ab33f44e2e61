"""Pages of consulting."""
