"""What a number hangs on: tornado, shares of the variance."""
