"""Files on records: stored under random names, known by their content, never opened by the browser."""
