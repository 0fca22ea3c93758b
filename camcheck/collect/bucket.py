"""So many at once, then so many a second: what keeps storms of events cheap."""


class Bucket:
    """A budget that fills with time. Times are seconds of any clock that does not go back."""

    def __init__(self, *, size: float, rate: float, at: float) -> None:
        self._size, self._rate = size, rate
        self._left, self._at = size, at

    def take(self, at: float) -> bool:
        """Whether one more is allowed now."""
        self._left = min(self._size, self._left + max(0.0, at - self._at) * self._rate)
        self._at = at
        if self._left < 1 - _ROUNDING:  # or what `next` named could be a moment too early for ever
            return False
        self._left -= 1
        return True

    def next(self) -> float:
        """When the next one will be allowed."""
        return self._at + max(0.0, 1 - self._left) / self._rate


_ROUNDING = 1e-9
