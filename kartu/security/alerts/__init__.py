"""What the log tells is counted by person and day, and the owner hears of whoever goes beyond a limit.

`rules` says what is counted, `reading` brings new rows of the log, `counting` counts them, `watching` does it every few
seconds, `timeline` shows what a person did. Decision 0098.
"""
