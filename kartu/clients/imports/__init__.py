"""How rows of a file become clients."""
