"""Keep an Odoo shell open: loading Odoo takes longer than most of what tests ask of a shell."""

import contextlib
import json
import socket
import subprocess

from .console import Failure
from .odoo import Site, environment
from .processes import stop

# Run by Odoo's own shell, once it is loaded. Each piece of code runs in a fork, with a cursor and
# an environment of its own: like a shell that has just been started, it knows nothing of others.
# No connection to the database may be open at a fork: both sides would talk on it.
LOOP = """
import json, os, socket, sys, tempfile, traceback
import odoo.sql_db
from odoo import api
from odoo.modules.registry import Registry

database, channel = env.cr.dbname, socket.socket(fileno={channel}).makefile("rw")
env.cr.close()
odoo.sql_db.close_all()

def work(code):
    registry = Registry(database).check_signaling()
    with registry.cursor() as cr:
        context = api.Environment(cr, api.SUPERUSER_ID, {{}})["res.users"].context_get()
        names = {{"env": api.Environment(cr, api.SUPERUSER_ID, context), "__name__": "__main__"}}
        exec(code, names)
        cr.rollback()

for line in channel:
    with tempfile.TemporaryFile("w+") as output:
        child = os.fork()
        if not child:
            status = 1
            os.dup2(output.fileno(), 1)
            os.dup2(output.fileno(), 2)
            try:
                work(json.loads(line))
                status = 0
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(status)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        output.seek(0)
        channel.write(json.dumps([status, output.read()]) + "\\n")
        channel.flush()
os._exit(0)
"""


class KeptShell:
    """One Odoo shell on a site's database, started when it is first used."""

    def __init__(self, site: Site):
        self._site = site
        self._process: subprocess.Popen | None = None
        self._channel = None

    def run(self, code: str) -> str:
        """Run ``code``, to which ``env`` is there and which commits by itself.

        :return: what it printed
        :raise Failure: it raised
        """
        if not self._process:
            self._start()
        self._channel.write(f"{json.dumps(code)}\n")
        self._channel.flush()
        answer = self._channel.readline()
        if not answer:
            raise Failure(f"The shell ended. Its log: {self._site.log_path}")
        status, output = json.loads(answer)
        if status:
            raise Failure(f"{output}\nThe code failed. Its log: {self._site.log_path}")
        return output

    def _start(self) -> None:
        """Start the shell; it answers as soon as Odoo is loaded."""
        ours, theirs = socket.socketpair()
        command = self._site.command("shell", "--no-http", "--logfile", self._site.log_path)
        with theirs, (self._site.folder / "shell.out").open("a") as output:
            self._process = subprocess.Popen(
                command,
                env=environment(),
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                text=True,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
            with self._process.stdin as stdin:
                stdin.write(LOOP.format(channel=theirs.fileno()))
        with ours:  # open as long as the file is
            self._channel = ours.makefile("rw")

    def stop(self) -> None:
        """End the shell, if it was started."""
        if self._process:
            self._channel.close()  # the loop ends with it
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(5)
            stop(self._process)
            self._process = self._channel = None
