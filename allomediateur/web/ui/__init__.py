"""What every page shares: layout, words on screen, forms, the htmx switch. Knows no audience."""
