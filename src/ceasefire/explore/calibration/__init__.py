"""Histories told from known parameters, weighed as records, the truth ranked."""
