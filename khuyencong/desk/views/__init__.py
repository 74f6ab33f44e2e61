"""Pages that put several rooms together."""
