"""The firm's own Telegram bot: it writes to colleagues who have let it, and does what they press (decision 0127).

`api` speaks to Telegram, `linking` joins a chat to a person, `sending` is the channel, `listening` hears what people
write and press, `answers` is what can be pressed.
"""
