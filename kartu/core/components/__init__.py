"""The components of the face, as plain functions that return safe HTML.

`templatetags/ui.py` makes template tags of them. Every attribute is named in the signature: Django refuses an unknown
one when the template is compiled, and `one_of` refuses an unknown value. What a person has typed is always escaped.
"""
