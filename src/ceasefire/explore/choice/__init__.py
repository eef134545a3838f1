"""Plans side by side, and what knowing a hidden fact is worth."""
