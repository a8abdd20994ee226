"""Public references of documents for signed-in customers. Imports no Odoo.

A page's address must not hold a row id, which would tell how many invoices a business
writes. Nor may showing a list write a reference for each of its rows. So a reference is worked
out: one block of AES holding the kind of document and its id, which only this database can
make or read. It opens nothing by itself.
"""

import base64
import hashlib
import zlib

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_ID_BYTES, _KIND_BYTES, _ZERO = 8, 4, bytes(4)


def _block_cipher(secret):
    # One block that is never the same for two documents: ECB is the plain block cipher.
    key = hashlib.sha256(f"finance_portal.document_ref {secret}".encode()).digest()
    return Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305


def _kind_of(model):
    return zlib.crc32(model.encode()).to_bytes(_KIND_BYTES, "big")


def make_document_ref(secret, model, res_id):
    """Return the public reference of a document: 22 URL-safe characters.

    >>> ref = make_document_ref("secret", "account.move", 7)
    >>> len(ref), ref == make_document_ref("secret", "account.move", 7)
    (22, True)
    >>> ref == make_document_ref("secret", "sale.order", 7)
    False
    """
    encryptor = _block_cipher(secret).encryptor()
    block = encryptor.update(res_id.to_bytes(_ID_BYTES, "big") + _kind_of(model) + _ZERO)
    return base64.urlsafe_b64encode(block).decode().rstrip("=")


def read_document_ref(secret, ref, models):
    """Return ``(model, id)`` behind a reference, or ``None`` when it is none of ours.

    :param models: the names of the models it may be about

    >>> ref = make_document_ref("secret", "account.move", 7)
    >>> read_document_ref("secret", ref, ["sale.order", "account.move"])
    ('account.move', 7)
    >>> read_document_ref("other", ref, ["account.move"]) is None
    True
    >>> read_document_ref("secret", ref, ["sale.order"]) is None
    True
    >>> read_document_ref("secret", "A" * 22, ["account.move"]) is None
    True
    """
    block = base64.urlsafe_b64decode(f"{ref}==")
    if len(block) != _ID_BYTES + _KIND_BYTES + len(_ZERO):
        return None
    plain = _block_cipher(secret).decryptor().update(block)
    if not plain.endswith(_ZERO):
        return None
    kinds = {_kind_of(model): model for model in models}
    model = kinds.get(plain[_ID_BYTES : -len(_ZERO)])
    return (model, int.from_bytes(plain[:_ID_BYTES], "big")) if model else None
