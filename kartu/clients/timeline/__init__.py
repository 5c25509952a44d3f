"""The history on a client's card. Its sources stand in the registry `clients.timeline`."""
