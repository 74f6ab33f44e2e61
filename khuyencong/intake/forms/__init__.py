"""What owners and officers fill in at the counter."""
