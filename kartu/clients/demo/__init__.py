"""The clients of the demo firm: about 400, with two years behind them and call-backs before them."""

from kartu.clients.demo.story import fill

__all__ = ["fill"]
