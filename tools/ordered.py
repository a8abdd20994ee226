"""Put entries into a dictionary at a certain place. Imports no Odoo."""


def insert_after(entries, key, more):
    """Return ``entries`` with those of ``more`` behind ``key``, at the end where it is missing.

    >>> list(insert_after({"orders": 1, "files": 2}, "orders", {"parcels": 3}))
    ['orders', 'parcels', 'files']
    >>> list(insert_after({"files": 2}, "orders", {"parcels": 3}))
    ['files', 'parcels']
    """
    found = {}
    for name, entry in entries.items():
        found[name] = entry
        if name == key:
            found |= more
    return found | more
