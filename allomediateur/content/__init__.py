"""The information pages: documents with sources, shipped as YAML; staff plan other versions for a day to come."""
