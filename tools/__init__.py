"""What stands around the program: set-up, tests, locks. Nothing here is imported by Kartu itself."""
