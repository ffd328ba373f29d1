"""Claims on names: small items, one a name, that keep the names of a user unique."""

from hashlib import sha256

from retake.domain.templates import name_key
from retake.ports.table import Item, Key
from retake.storage.layout import user_key


def claim_key(user_id: str, prefix: str, name: str) -> Key:
    """Return the key of the claim on a name; ``prefix`` is that of the kind of record it belongs to."""
    # A hash: people choose names of any length and letters.
    return user_key(user_id), f"{prefix}{sha256(name_key(name).encode()).hexdigest()}"


def claim(key: Key, **owner: str) -> Item:
    """Return the claim itself; ``owner`` is the id of the record that has the name."""
    return {"PK": key[0], "SK": key[1], **owner}
