"""Ways out to the world beside e-mail: each a folder behind a Protocol, errors translated at its door."""
