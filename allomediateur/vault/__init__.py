"""Keys kept outside the database, and what they seal in it."""
