"""Forms about certification."""
