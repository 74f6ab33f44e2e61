"""What the page of one establishment shows."""
