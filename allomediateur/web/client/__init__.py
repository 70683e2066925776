"""My appointments, my account."""
