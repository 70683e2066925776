"""The entrance time walks in by: jobs, each asks one room for its due work."""
