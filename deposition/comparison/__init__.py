"""Several results side by side, and the report."""
