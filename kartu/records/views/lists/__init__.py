"""The pieces and acts of list pages. The page itself is the app's own view, which calls `list_page`."""
