"""Pages of adjustments."""
