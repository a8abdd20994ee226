"""Take a commit out of Git: a release is what was committed, whatever else lies in the checkout."""

import ast
import io
import subprocess
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ..platform.console import Failure
from ..platform.paths import MODULE, ROOT


@dataclass(frozen=True)
class Commit:
    """The files of a commit in a folder, and when it was made (seconds since 1970)."""

    folder: Path
    time: int

    @property
    def day(self) -> str:
        """Return the day of the commit, in UTC."""
        return datetime.fromtimestamp(self.time, UTC).date().isoformat()

    @property
    def version(self) -> str:
        """Return the version in the addon's manifest."""
        return ast.literal_eval((self.folder / "__manifest__.py").read_text())["version"]

    def modules(self) -> dict[str, Path]:
        """Return the folders of the addon and its bridges by their technical names."""
        bridges = sorted(path.parent for path in self.folder.glob("bridges/*/__manifest__.py"))
        return {MODULE: self.folder, **{path.name: path for path in bridges}}


def export(folder: Path, revision: str = "HEAD") -> Commit:
    """Write the files of a commit into ``folder``."""
    with zipfile.ZipFile(io.BytesIO(_git("archive", "--format=zip", revision))) as archive:
        archive.extractall(folder)
    return Commit(folder, int(_git("log", "-1", "--format=%ct", revision)))


def has_changes() -> bool:
    """Return whether the checkout holds changes that no commit has."""
    return bool(_git("status", "--porcelain"))


def _git(*arguments: str) -> bytes:
    # Whoever runs this runs the checkout's code already, also when it belongs to somebody else.
    command = ["git", "-c", "safe.directory=*", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip()
        raise Failure(f"{reason}\nA release is built from a commit: this needs a Git checkout.")
    return done.stdout
