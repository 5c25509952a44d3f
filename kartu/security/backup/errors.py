class Unusable(Exception):
    """A backup that cannot be made or used, said in one line for whoever asked."""
