"""The routine of a month: what comes back, how much time it takes, where it collides; runs of what is due."""
