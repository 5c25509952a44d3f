"""Messages of the program to clients: which kinds there are, their words, when they go, and what became of them."""
