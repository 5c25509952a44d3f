"""The incident paper: what an alert is about, for the personnel officer or a lawyer, with what proves it (0120)."""
