"""Children that die with us, and the three ways of not being root.

A child asks the kernel for a signal when its parent dies (PDEATHSIG), so not even `kill -9` of the
parent leaves an orphan. The kernel ties that to the thread that forked: start from the main thread.
"""

import ctypes
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from pathlib import Path

PR_SET_PDEATHSIG = 1
CLONE_NEWUSER = 0x10000000
NOBODY = 65534

libc = ctypes.CDLL(None, use_errno=True)


class Guise(Enum):
    """As whom a child runs. PostgreSQL refuses to be root."""

    OURSELVES = "ourselves"
    NAMESPACE = "namespace"  # root outside, nobody to itself
    NOBODY = "nobody"  # really another user


def guise_for_postgres() -> Guise:
    """An ordinary user stays; root hides in a user namespace or, where denied, becomes nobody."""
    if os.geteuid() != 0:
        return Guise.OURSELVES
    told = os.environ.get("WAFA_ROOT_GUISE")
    if told:
        return Guise(told)
    return Guise.NAMESPACE if namespaces_work() else Guise.NOBODY


def namespaces_work() -> bool:
    """Whether this kernel, and whatever contains us, lets us have a user namespace."""
    try:
        probe = subprocess.run(
            ["/bin/true"], preexec_fn=enter_namespace, check=False, stderr=subprocess.DEVNULL
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return probe.returncode == 0


def start(
    command: Sequence[str | Path],
    *,
    guise: Guise = Guise.OURSELVES,
    death_signal: signal.Signals = signal.SIGTERM,
    environment: Mapping[str, str] | None = None,
    log: Path | None = None,
    directory: Path | None = None,
) -> "subprocess.Popen[bytes]":
    """Start a child that gets `death_signal` when we die, in a session of its own.

    Its own session keeps a terminal's Ctrl-C from it: who started it decides the order of stopping.
    """
    assert threading.current_thread() is threading.main_thread(), "PDEATHSIG follows the thread"
    parent = os.getpid()
    output = log.open("ab") if log else None
    try:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            env=dict(environment) if environment is not None else None,
            cwd=directory,
            start_new_session=True,
            preexec_fn=_disguise(guise, death_signal, parent),
        )
    finally:
        if output:
            output.close()


def run_once(
    command: Sequence[str | Path], *, guise: Guise, environment: Mapping[str, str], log: Path
) -> int:
    """Run a program to its end, its words in a file: a pipe would be kept open by its children."""
    child = start(
        command, guise=guise, environment=environment, log=log, death_signal=signal.SIGKILL
    )
    return child.wait()


def _disguise(guise: Guise, death_signal: signal.Signals, parent: int) -> Callable[[], None]:
    def between_fork_and_exec() -> None:
        if guise is Guise.NAMESPACE:
            enter_namespace()
        elif guise is Guise.NOBODY:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        # After the change of user, which clears it.
        if libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "prctl")
        if os.getppid() != parent:  # died in between: nobody would signal us any more
            os._exit(1)

    return between_fork_and_exec


def die_with_parent() -> None:
    """For a child of a child, which nobody of ours started: end when its own parent does."""
    if libc.prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def enter_namespace() -> None:
    """Become nobody (65534) to ourselves, while the files we make stay root's outside."""
    user, group = os.geteuid(), os.getegid()
    if libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{NOBODY} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{NOBODY} {group} 1")


def stop(child: "subprocess.Popen[bytes]", *, ask: signal.Signals, patience_seconds: float) -> int:
    """Ask a child to end, wait, and end it by force when it does not."""
    if child.poll() is None:
        child.send_signal(ask)
        try:
            return child.wait(timeout=patience_seconds)
        except subprocess.TimeoutExpired:
            child.kill()
    return child.wait()
