"""The case, from the intake on: what people tell, to whom it goes, and what only its reader may open."""
