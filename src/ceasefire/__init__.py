"""Put an argument about how a war ends to the test."""

import os

# The last digits of a dot product must not depend on the number of cores, and threads that wait for work take time.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"

__all__ = ["Game", "__version__", "solve"]


def __getattr__(name: str) -> object:
    """Import the heavy parts when they are asked for."""
    from importlib import import_module

    if name == "Game":
        return import_module("ceasefire.game.arrays").Game
    if name == "solve":
        return import_module("ceasefire.solve")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
