"""The database's door, as Django calls it by ENGINE."""
