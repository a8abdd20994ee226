"""Say what happens, and run commands quietly unless they fail."""

import contextlib
import fcntl
import subprocess
import sys
import threading
import time
from pathlib import Path

FIRST_SIGN_OF_LIFE = 10.0  # seconds; each of the next takes twice as long


class Failure(Exception):
    """End the command with a sentence that names the remedy."""


def say(text: str) -> None:
    """Print one line at once, also when the output is a pipe."""
    print(text, flush=True)


@contextlib.contextmanager
def step(text: str):
    """Announce a piece of work, show signs of life, and say how long it took."""
    start = time.monotonic()
    ended = threading.Event()

    def show_life():
        pause = FIRST_SIGN_OF_LIFE
        while not ended.wait(pause):
            pause *= 2
            say(f"   still working ({time.monotonic() - start:.0f} s)")

    say(f"-> {text} ...")
    threading.Thread(target=show_life, daemon=True).start()
    try:
        yield
    finally:
        ended.set()
    say(f"   done in {time.monotonic() - start:.1f} s")


def run(command: list, hint: str = "", **options) -> str:
    """Run ``command`` and return its output; show the output's end on failure."""
    done = subprocess.run(
        [str(part) for part in command],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        **options,
    )
    if done.returncode:
        tail = "\n".join(done.stdout.splitlines()[-40:])
        name = Path(str(command[0])).name
        raise Failure(f"{tail}\n{name} ended with status {done.returncode}. {hint}".rstrip())
    return done.stdout


@contextlib.contextmanager
def file_lock(path: Path):
    """Hold an exclusive lock that the kernel frees when the process ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"   waiting for another run ({path.name})")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def fail(text: str) -> int:
    """Print an error and return the exit status for it."""
    print(f"error: {text}", file=sys.stderr, flush=True)
    return 1
