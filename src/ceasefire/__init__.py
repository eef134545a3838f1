"""Put an argument about how a war ends to the test."""

__version__ = "0.1.0"
