"""Everything the firm has, in open formats, in one file: for whoever leaves, and for whoever wants to be able to."""
