"""The package is bound to no system: what Windows lacks is used in one place each, and for a reason."""

from __future__ import annotations

import ast
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.test_imports import SOURCE, imported, trees

# Modules, and names of `os` and `signal`, that Python has on POSIX systems alone.
MODULES = (
    "crypt", "curses", "fcntl", "grp", "gunicorn", "nis", "ossaudiodev", "posix", "pty", "pwd", "readline", "resource",
    "spwd", "syslog", "termios", "tty", "uvloop",
)  # fmt: skip
NAMES = {
    "os": (
        "chown", "chroot", "confstr", "ctermid", "fchdir", "fchmod", "fchown", "fdatasync", "fork", "forkpty", "fpathconf",
        "fstatvfs", "fwalk", "getegid", "geteuid", "getgid", "getgrouplist", "getgroups", "getloadavg", "getpgid",
        "getpgrp", "getpriority", "getresuid", "getsid", "getuid", "getxattr", "killpg", "lchown", "lockf", "mkfifo",
        "mknod", "nice", "openpty", "pathconf", "pipe2", "posix_fadvise", "posix_fallocate", "posix_spawn", "pread",
        "pwrite", "register_at_fork", "sched_getaffinity", "sched_setaffinity", "sched_yield", "sendfile", "setegid",
        "seteuid", "setgid", "setgroups", "setpgid", "setpriority", "setsid", "setuid", "statvfs", "sync", "sysconf",
        "tcgetpgrp", "ttyname", "uname", "wait", "wait3", "wait4", "waitid", "writev", "O_CLOEXEC", "O_DIRECTORY",
        "O_NOFOLLOW", "O_NONBLOCK", "O_SYNC", "WEXITSTATUS", "WIFEXITED", "WIFSIGNALED", "WNOHANG", "WTERMSIG",
    ),
    "signal": (
        "SIGALRM", "SIGCHLD", "SIGCONT", "SIGHUP", "SIGKILL", "SIGPIPE", "SIGQUIT", "SIGSTOP", "SIGTSTP", "SIGUSR1",
        "SIGUSR2", "alarm", "pause", "pthread_kill", "pthread_sigmask", "setitimer", "sigwait",
    ),
}  # fmt: skip

# Every use of them that is left, with what stands in its place on Windows.
USED = {
    ("web/serve.py", "gunicorn"): "several processes that share what they read; elsewhere waitress serves from one",
    ("web/serve.py", "os.fork"): "asks whether the system can part processes so, before gunicorn is taken",
    (
        "web/uploads/child.py",
        "resource",
    ): "bounds the memory of one upload; elsewhere its process and the time bound it",
}

# Everything is loaded once, so that other packages have what they found; then ours is loaded where nothing of it is.
CHILD = """
import importlib, json, os, signal, sys
names, modules, hidden = json.loads(sys.argv[1])
for name in names:
    importlib.import_module(name)
for name in [name for name in sys.modules if name.split(".")[0] == "sp_geo"]:
    del sys.modules[name]
for name in [*modules, *(name for name in sys.modules if name.split(".")[0] in modules)]:
    sys.modules[name] = None
for module, gone in hidden.items():
    for name in gone:
        if hasattr(sys.modules[module], name):
            delattr(sys.modules[module], name)
sys.platform = "win32"
for name in names:
    importlib.import_module(name)
from sp_geo.web.serve import can_share
from sp_geo.web.uploads import child
assert not can_share()
child._limit(10, 10)
from sp_geo.cli.main import run
sys.exit(run(["--workspace", sys.argv[2], "regress", "--format", "csv"]))
"""


def module_names() -> list[str]:
    """Every module of the package but its door for ``python -m``, which would run."""
    paths = [path.removesuffix(".py").removesuffix("/__init__") for path in trees() if not path.endswith("__main__.py")]
    return sorted("sp_geo" if path == "__init__" else f"sp_geo.{path.replace('/', '.')}" for path in paths)


def posix_uses(path: str) -> Iterator[str]:
    """What a module of ours uses of a POSIX system, however it asks for it."""
    yield from {name.split(".")[0] for name in imported(path)} & set(MODULES)
    for node in ast.walk(trees()[path]):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            asked, of = node.attr, node.value.id
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in {"hasattr", "getattr"}
            and isinstance(node.args[0], ast.Name)
            and isinstance(node.args[1], ast.Constant)
        ):
            asked, of = str(node.args[1].value), node.args[0].id
        elif isinstance(node, ast.ImportFrom) and node.module in NAMES:
            yield from (f"{node.module}.{alias.name}" for alias in node.names if alias.name in NAMES[node.module])
            continue
        else:
            continue
        if asked in NAMES.get(of, ()):
            yield f"{of}.{asked}"


def test_what_windows_lacks_is_used_for_a_reason() -> None:
    """Each use of what POSIX systems alone have is listed above, and the list has no other."""
    assert {(path, name) for path in trees() for name in posix_uses(path)} == set(USED)


def test_every_module_loads_and_answers_where_nothing_of_posix_is(built: Path) -> None:
    """With all of it hidden, every module loads, a question is answered and one process serves."""
    names = module_names()
    assert len(names) > 200
    assert all(hasattr(module, name) for module, name in ((os, "fork"), (signal, "SIGKILL")))
    done = subprocess.run(
        [sys.executable, "-c", CHILD, json.dumps([names, MODULES, NAMES]), str(built)],
        capture_output=True, text=True, check=False, timeout=300,
        env=os.environ | {"PYTHONPATH": str(SOURCE.parent)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.startswith("quarter,")
