"""Pages of papers, scans, batches and templates."""
