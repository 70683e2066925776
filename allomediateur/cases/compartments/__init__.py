"""Compartments: who may open one (members), how (the gate), what seals it (cipher), its keys, its end."""
