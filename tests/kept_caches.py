"""Keep compiled templates from one test to the next: Odoo throws them away after each.

What a cache holds at the start of a test is right again once the test is rolled back, and so is
whatever was added while nobody emptied it. Odoo empties it wherever something changes that it was
made of, in tests as in use. A mark in each cache tells whether that happened: it goes as well.
"""

# Of templates, and of addresses. Not of what tests write past Odoo, such as users and companies.
KEPT = ("templates", "routing", "groups")
MARK = ("finance_portal_kept", None)

_committed = {name: {} for name in KEPT}


class KeptCaches:
    """The caches of one test class: whatever its tests find as its ``setUpClass`` left it."""

    def __init__(self, registry):
        self._caches = {name: registry._Registry__caches[name] for name in KEPT}
        self._stores = None
        self._fill(_committed)

    def start_test(self):
        """Begin a test; before the first one it shows what ``setUpClass`` has changed."""
        if self._stores is None:
            self._stores = {}
            for name, cache in self._caches.items():
                if MARK in cache:
                    self._stores[name] = _committed[name]
                    self._keep(name)
                else:
                    self._stores[name] = dict(cache.snapshot)
        self._fill(self._stores)

    def end_test(self):
        """Keep what the test added, unless it changed what that was made of."""
        for name, cache in self._caches.items():
            if MARK in cache:
                self._keep(name)

    def _keep(self, name):
        self._stores[name].clear()
        self._stores[name].update(self._caches[name].snapshot)

    def _fill(self, stores):
        for name, cache in self._caches.items():
            cache.clear()
            for key, value in stores[name].items():
                cache[key] = value
            cache[MARK] = True
