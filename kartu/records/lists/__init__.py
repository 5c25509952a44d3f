"""Lists: one helper behind every list page.

An app declares a `ListSpec` (what can be shown, filtered, sorted, edited) and adds it to `lists`; its view calls
`list_page(request, SPEC)`. Everything else (pages, chips, saved views, cells, bulk acts, export, print) follows.
"""
