"""What the embedded services raise."""


class EmbeddedError(RuntimeError):
    """A private server could not be started or reached; the message says what to do."""
