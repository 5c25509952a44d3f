"""What is done to the firm and its people: begun (founding), entered and left (door), kept in order (the others)."""
