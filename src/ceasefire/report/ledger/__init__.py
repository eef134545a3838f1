"""A ledger in words, tables and pictures: questions, forecasts, scores."""
