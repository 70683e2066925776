"""What staff may set without a new installation: names and links, an announcement on every page, words of letters."""
