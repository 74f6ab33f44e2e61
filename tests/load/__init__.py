"""A scripted day: made-up people at work over HTTP against the real server, and what it cost. `scripts/run_load.py` runs it."""
