"""Pages of this room: reading the law by date, and entering norms."""
