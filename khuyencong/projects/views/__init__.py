"""Pages on which a đề án is found and written; the page of one đề án is in `desk`."""
