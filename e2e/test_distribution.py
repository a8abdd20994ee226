"""What ``make dist`` builds: whole, the same each time, and installable in all three ways."""

import ast
import shutil
import sys
import tarfile
import zipfile
from email.parser import HeaderParser
from pathlib import Path

import pytest

from dev.platform import databases, logs, postgres
from dev.platform.console import Failure, run
from dev.platform.odoo import Site, environment, find_source
from dev.platform.paths import MODULE, bridge_names, module_names
from dev.platform.runs import run_folder
from dev.release import modules
from dev.release.archives import fingerprints
from dev.release.commit import export
from dev.release.run import build, differences

# Whatever folder it would be in.
FOR_DEVELOPERS = {
    "dev", "e2e", "docs", "bridges", "newsfragments", "Makefile", ".ci", ".git", ".gitignore",
    ".pylintrc", "__pycache__",
}  # fmt: skip


@pytest.fixture(scope="module")
def folder():
    """An empty folder; databases' files can be linked into it, as it is in the cache."""
    folder = run_folder("distribution")
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def release(folder):
    """The folder of a release."""
    return build(folder / "release")


@pytest.fixture
def commit(tmp_path):
    """The commit that the release was made of."""
    return export(tmp_path / "commit")


def _install_wheels(release: Path, target: Path) -> Path:
    """Let pip unpack the wheels, as it does into an Odoo that pip installed."""
    options = ("--no-deps", "--no-index", "--no-compile", "--disable-pip-version-check")
    wheels = sorted(release.glob("wheels/*.whl"))
    run([sys.executable, "-m", "pip", "install", *options, "--target", target, *wheels])
    return target / "odoo" / "addons"


def _unpack_zip(release: Path, target: Path) -> Path:
    [path] = release.glob("*.zip")
    with zipfile.ZipFile(path) as archive:
        archive.extractall(target)
    return target


def _unpack_store(release: Path, target: Path) -> Path:
    [path] = release.glob("*-store.tar.gz")
    with tarfile.open(path) as archive:
        archive.extractall(target)
    return target


# What is published, and what gets it into a folder of addons.
WAYS = {
    "wheels": _install_wheels,
    "store": lambda release, _target: release / "store",
    "store_archive": _unpack_store,
    "zip": _unpack_zip,
}


@pytest.fixture(scope="module")
def unpacked(release, folder):
    """The folder of addons that each way leads to."""
    return {way: unpack(release, folder / way) for way, unpack in WAYS.items()}


def _manifest(path: Path) -> dict:
    return ast.literal_eval((path / "__manifest__.py").read_text())


def test_one_commit_gives_the_same_bytes_whoever_builds_it(release, tmp_path):
    assert differences(release, build(tmp_path / "again", umask=0o077)) == []


def test_all_ways_hold_all_modules_and_nothing_for_developers(unpacked, commit):
    committed = {
        f"{name}/{path.relative_to(source)}"
        for name, source in commit.modules().items()
        for path in source.rglob("*")
        if path.is_file() and not FOR_DEVELOPERS & set(path.relative_to(source).parts)
    } - {f"{MODULE}/pyproject.toml"}
    contents = {way: fingerprints(addons) for way, addons in unpacked.items()}
    for way, addons in unpacked.items():
        assert {path.name for path in addons.iterdir()} == {MODULE, *bridge_names()}, way
        for path, fingerprint in contents[way].items():
            assert not FOR_DEVELOPERS & set(Path(path).parts), f"{path} is in {way}"
            assert fingerprint.split()[1] == contents["store"][path].split()[1], path
        assert committed <= contents[way].keys(), way
        assert {f"{name}/LICENSE" for name in commit.modules()} <= contents[way].keys(), way


def test_a_name_that_nobody_has_decided_about_is_not_published_by_accident(commit, tmp_path):
    (commit.folder / "bridges" / f"{MODULE}_payment" / "drafts").mkdir()
    with pytest.raises(Failure, match="Do customers get drafts"):
        modules.collect(commit, tmp_path / "target")


def test_the_wheels_require_odoo_19_and_the_addons_they_stand_on(release, commit):
    ours = commit.modules()
    wheels = sorted(path.name for path in release.glob("wheels/*"))
    assert len(wheels) == len(ours)
    for name, source in ours.items():
        manifest = _manifest(source)
        distribution = f"odoo_addon_{name}-{manifest['version']}"
        with zipfile.ZipFile(release / f"wheels/{distribution}-py3-none-any.whl") as wheel:
            metadata = wheel.read(f"{distribution}.dist-info/METADATA").decode()
        headers = HeaderParser().parsestr(metadata)
        beneath = {f"odoo-addon-{one}==19.0.*" for one in manifest["depends"] if one in ours}
        assert headers["Name"] == f"odoo-addon-{name}"
        assert set(headers.get_all("Requires-Dist")) == {"odoo==19.0.*", *beneath}


def test_the_history_names_the_version_and_holds_every_change_note(release, commit):
    history = (release / "store" / MODULE / "readme" / "HISTORY.md").read_text()
    assert f"## {commit.version} ({commit.day})" in history
    notes = sorted((commit.folder / modules.NOTES).glob("*.md"))
    for first_line in (note.read_text().strip().splitlines()[0] for note in notes):
        assert first_line in history


@pytest.mark.parametrize("way", ["wheels", "store", "zip"])
def test_it_installs_in_a_database_that_has_no_addon_yet(unpacked, folder, way):
    # Of wheels Odoo knows by Python alone: they lie where Python looks for packages.
    is_package = way == "wheels"
    addons = [*find_source().addons, *([] if is_package else [unpacked[way]])]
    with postgres.cluster() as cluster:
        site = Site(
            cluster,
            databases.name_for(f"e2e_dist_{way}"),
            folder / f"site_{way}",
            options={"addons_path": ",".join(map(str, addons))},
        )
        if is_package:  # from nothing: Odoo's own apps come because the manifests name them
            databases.create(cluster, site.database)
        else:
            databases.copy_template(site)
        try:
            paths = [find_source().python_path, *([folder / way] if is_package else [])]
            names = module_names()
            switches = ("--skip-auto-install", "--no-http", "--stop-after-init")
            log = run(
                site.command("--init", ",".join(names), *switches),
                env={**environment(), "PYTHONPATH": ":".join(map(str, paths))},
            )
            states = {one: databases.is_installed(cluster, site.database, one) for one in names}
            assert states == dict.fromkeys(names, True)
            assert logs.unexpected(logs.parse(log.splitlines())) == []
        finally:
            databases.drop(cluster, site.database)
