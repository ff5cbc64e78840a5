"""Secrets as they may lie in the database: encrypted, with a key that does not lie there.

Fernet is AES and an HMAC in one format that notices a changed byte. The first key locks, every key unlocks, so that a
key is replaced by putting the new one in front and locking everything anew (`rmatrack renew-credentials`).
"""

from base64 import urlsafe_b64encode
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_PURPOSE = b"rmatrack credentials of carriers"
_KEY_BYTES = 32


class LockedError(Exception):
    """No key that we have opens this."""


class Vault:
    """Locks and unlocks secrets. *keys* are long random texts, such as `rmatrack.settings.credentials_keys` gives."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(_derived(key)) for key in keys])

    def lock(self, secret: str) -> str:
        """Return *secret* encrypted; the same secret looks different each time."""
        return self._fernet.encrypt(secret.encode()).decode()

    def unlock(self, locked: str) -> str:
        """Return what was locked; raises `LockedError`."""
        try:
            return self._fernet.decrypt(locked.encode()).decode()
        except InvalidToken:
            raise LockedError from None

    def renew(self, locked: str) -> str:
        """Return the same secret locked with the first key; raises `LockedError`."""
        try:
            return self._fernet.rotate(locked.encode()).decode()
        except InvalidToken:
            raise LockedError from None


def _derived(key: str) -> bytes:
    """Return a key for this purpose alone: whoever learns it cannot sign cookies with it."""
    derivation = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=_PURPOSE)
    return urlsafe_b64encode(derivation.derive(key.encode()))
