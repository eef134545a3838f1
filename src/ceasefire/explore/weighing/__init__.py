"""Weights of draws by the likelihood of the record, and what the record says of them."""
