"""Many tasks at once: one for each of the selected clients, and acts on selected tasks."""
