"""My week, my appointments, my openings."""
