"""The entrance people walk in by: the only place that knows HTTP, forms and templates."""
