"""The information pages: documents with sources, shipped as YAML; staff plan other versions of them for a day to come."""
