"""Formats of numbers and days, in place of Django's for Vietnamese."""
