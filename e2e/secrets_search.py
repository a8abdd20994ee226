"""Search everything a server keeps for raw tokens."""

import base64
import binascii
import re
from collections.abc import Iterable
from pathlib import Path

BASE64 = re.compile(rb"(?:[A-Za-z0-9+/]{40,76}\r?\n){1,}[A-Za-z0-9+/=]*|[A-Za-z0-9+/]{120,}={0,2}")

# Looks through whole rows, so through every column whatever its type, twice: bytes are
# printed in hexadecimal digits, then as text. Rows that are older than this copy of the
# database, so older than the transaction that gave the copy its identity, hold no token.
SEARCH = """
CREATE OR REPLACE FUNCTION pg_temp.finance_portal_search(plain text, hexadecimal text)
RETURNS TABLE (place text, line text) AS $$
DECLARE name text; oldest integer;
BEGIN
    SELECT age(xmin) INTO STRICT oldest FROM ir_config_parameter WHERE key = 'database.uuid';
    FOR name IN
        SELECT format('%%I.%%I', table_schema, table_name) FROM information_schema.tables
         WHERE table_type = 'BASE TABLE'
           AND table_schema NOT IN ('pg_catalog', 'information_schema')
    LOOP
        SET LOCAL bytea_output = 'hex';
        RETURN QUERY EXECUTE format(
            'SELECT %%L::text, left(t::text, 300) FROM %%s t'
            ' WHERE age(xmin) <= %%s AND t::text ~ %%L',
            name, name, oldest, plain || '|' || hexadecimal);
        SET LOCAL bytea_output = 'escape';
        RETURN QUERY EXECUTE format(
            'SELECT %%L::text, left(t::text, 300) FROM %%s t'
            ' WHERE age(xmin) <= %%s AND t::text ~ %%L',
            name, name, oldest, plain);
    END LOOP;
END $$ LANGUAGE plpgsql;
SELECT * FROM pg_temp.finance_portal_search(%s, %s)
"""


def pieces(tokens: Iterable[str]) -> list[str]:
    """Return parts of each token that are enough to betray it, should it stand there broken."""
    return [token[start : start + 14] for token in tokens for start in (0, 14, 28)]


def in_database(server, tokens) -> list[tuple]:
    """Return ``(table, row)`` of rows that hold a token, or a long part of one."""
    parts = pieces(tokens)
    return server.psql(SEARCH, "|".join(parts), "|".join(part.encode().hex() for part in parts))


def in_files(server, tokens) -> list[str]:
    """Return the files of the filestore, of the sessions and of the log that hold a token."""
    parts = [part.encode() for part in pieces(tokens)]
    files = [path for path in Path(server.data_dir).rglob("*") if path.is_file()]
    assert any("sessions" in path.parts for path in files), "no session store"
    assert any("filestore" in path.parts for path in files), "no filestore"
    # What the database it was copied from has too (a hard link) was there before any token.
    own = [path for path in files if path.stat().st_nlink == 1]
    found = []
    for path in [*own, server.log_path]:
        if any(part in path.name.encode() for part in parts) or _holds(path.read_bytes(), parts):
            found.append(str(path))
    return found


def _holds(content: bytes, parts: list[bytes]) -> bool:
    """Tell whether bytes hold a part: plain, broken over lines, or in base64."""
    texts = [content, content.replace(b"=\r\n", b"").replace(b"=\n", b"")]
    for block in BASE64.findall(content[:2_000_000]):
        try:
            texts.append(base64.b64decode(re.sub(rb"\s", b"", block) + b"==="))
        except binascii.Error:
            continue
    return any(part in text for text in texts for part in parts)
