"""SMS: what an engine does, how it fails, and which one the installation has."""
