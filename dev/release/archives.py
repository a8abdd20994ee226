"""Pack files so that the same content gives the same bytes."""

import gzip
import hashlib
import os
import tarfile
import time
import zipfile
from pathlib import Path

FILE_MODE, FOLDER_MODE = 0o644, 0o755


def even_out(folder: Path, moment: int) -> None:
    """Give everything in ``folder`` the same modes and the same time."""
    for path in [folder, *folder.rglob("*")]:
        path.chmod(FOLDER_MODE if path.is_dir() else FILE_MODE)
        os.utime(path, (moment, moment))


def write_zip(folder: Path, target: Path, moment: int) -> None:
    """Pack the files of ``folder`` into a ZIP archive."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in _files(folder):
            entry = zipfile.ZipInfo(str(path.relative_to(folder)), time.gmtime(moment)[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, which the modes are for
            entry.external_attr = (0o100000 | FILE_MODE) << 16
            archive.writestr(entry, path.read_bytes())


def write_tar(folder: Path, target: Path, moment: int) -> None:
    """Pack the files of ``folder`` into a compressed TAR archive."""
    with (
        target.open("wb") as raw,
        gzip.GzipFile("", "wb", mtime=moment, fileobj=raw) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for path in _files(folder):
            entry = tarfile.TarInfo(str(path.relative_to(folder)))
            entry.size, entry.mtime, entry.mode = path.stat().st_size, moment, FILE_MODE
            with path.open("rb") as content:
                archive.addfile(entry, content)


def fingerprints(folder: Path) -> dict[str, str]:
    """Return a hash of mode and content of each file, by its path in ``folder``."""
    return {
        str(path.relative_to(folder)): f"{path.stat().st_mode:o} "
        + hashlib.sha256(path.read_bytes()).hexdigest()
        for path in _files(folder)
    }


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())
