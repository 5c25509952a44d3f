"""Segments: conditions on clients that are kept under a name. Decision 0069 says who sees what of them."""
