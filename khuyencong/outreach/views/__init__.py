"""Pages of information works and explained policies."""
