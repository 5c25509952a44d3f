"""Forms of the firm: at the door, of the first run, of people, of the house."""
