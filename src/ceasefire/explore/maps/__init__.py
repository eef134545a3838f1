"""Maps over hidden factors, or over any two parameters."""
