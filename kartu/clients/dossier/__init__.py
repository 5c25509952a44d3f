"""The dossier of a client on paper. Its parts stand in the registry `clients.dossier`."""
