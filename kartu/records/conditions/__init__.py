"""The builder of conditions: lines and groups over columns of a list, as a form, as text and as a sentence."""
