"""What this app adds to the lists of the apps below it. Read this file first."""
