"""Call models over the web client's own routes, as a signed-in user does."""

import itertools

import requests

_numbers = itertools.count(1)


class RpcError(Exception):
    """An exception the server reported; ``kind`` is its class, ``trace`` its traceback."""

    def __init__(self, error: dict):
        data = error.get("data") or {}
        self.kind = data.get("name", "")
        self.trace = data.get("debug", "")
        super().__init__(data.get("message") or error.get("message"))


class RpcClient:
    """One signed-in user of one database."""

    def __init__(self, url: str, database: str, login: str, password: str):
        self._url = url
        self._http = requests.Session()
        self._http.trust_env = False
        # A worker logs an error for a connection that is kept open and idle.
        self._http.headers["Connection"] = "close"
        self.session = self._post(
            "/web/session/authenticate",
            {"db": database, "login": login, "password": password},
        )

    def call(self, model: str, method: str, /, *args, **kwargs):
        """Call a public method of a model and return its result."""
        params = {"model": model, "method": method, "args": list(args), "kwargs": kwargs}
        return self._post(f"/web/dataset/call_kw/{model}/{method}", params)

    def _post(self, path: str, params: dict):
        body = {"jsonrpc": "2.0", "id": next(_numbers), "method": "call", "params": params}
        answer = self._http.post(f"{self._url}{path}", json=body, timeout=300)
        answer.raise_for_status()
        content = answer.json()
        if "error" in content:
            raise RpcError(content["error"])
        return content.get("result")
