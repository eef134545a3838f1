"""Draws of the parameters, each solved and simulated, and what they say together."""
