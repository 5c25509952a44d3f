"""The clients of the demo firm: about 400, with two years behind them and what is promised before them."""

from kartu.clients.demo.story import fill

__all__ = ["fill"]
