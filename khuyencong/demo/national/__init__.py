"""A made-up nation: twelve years of all provinces, written in bulk, the same at every run.

What can only be seen with a whole country in the database (how fast a table adds up, how long a list is) is tried here.
The rows obey every rule that `khuyencong check` knows, but no action made them: texts are short, and what hangs on a
record only for reading (versions, calculations of a submission, files) is left out.
"""
