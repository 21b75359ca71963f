"""What can go wrong with a key, an envelope or a signature."""


class CryptoError(Exception):
    """Anything that keeps sealed bytes shut. Its text never holds a secret."""


class WrongKey(CryptoError):
    """A wrong key, a flipped byte, a swapped context or a cut: nobody learns which."""

    def __init__(self, message: str = "this key does not open these bytes") -> None:
        super().__init__(message)


class BadFormat(CryptoError):
    """An unknown version, label or algorithm, or something that can't be parsed."""


class BadSignature(CryptoError):
    """A signature, certificate, statement or chain that does not hold."""

    def __init__(self, message: str = "the signature does not hold") -> None:
        super().__init__(message)
