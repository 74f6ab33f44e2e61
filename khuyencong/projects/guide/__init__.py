"""The guided form of a đề án: its steps, what each still lacks, and the pages on which they are written."""
