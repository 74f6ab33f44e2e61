"""Pages of agencies and accounts."""
