"""The least change at which a probability crosses a level."""
