"""Finding things: one box on every page.

An app that has something to be found adds a Source (`sources`) in its contributes.py; its records are then indexed
with every act that writes them. `find.find` answers, `index.rebuild` makes the index anew, `checking.problems` tells
what is wrong with it.
"""
