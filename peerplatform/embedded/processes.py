"""Children that end with their parent, and, under root, run as somebody who may not do everything."""

import contextlib
import ctypes
import os
import pwd
import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
PR_SET_SECUREBITS = 28
SECBIT_NO_SETUID_FIXUP = 1 << 2
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAP_DAC_READ_SEARCH = 2
CAPABILITY_VERSION_3 = 0x20080522
LOG_LIMIT_BYTES = 5_000_000

_libc = ctypes.CDLL(None, use_errno=True)


class _CapabilityHeader(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


class _CapabilitySet(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint32) for name in ("effective", "permitted", "inheritable")]


@dataclass(frozen=True)
class Account:
    """The system user a service runs as."""

    uid: int
    gid: int


def service_account(data: Path) -> Account | None:
    """Whom PostgreSQL runs as, since it refuses root: the owner of existing data, else a system user.

    None for an ordinary user, whose children simply run as they are.
    """
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        return Account(data.stat().st_uid, data.stat().st_gid)
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(entry.pw_uid, entry.pw_gid)
    raise RuntimeError("there is no system user to run PostgreSQL as: start as an ordinary user")


def _keep_search_right(drop: Callable[[], None]) -> None:
    """Run `drop` and keep the one right to pass through closed folders: a clone below /root, or in a private
    temporary folder, holds programs and data that another user could not even reach.

    The secure bit keeps rights over the change of user, and makes access(2), by which PostgreSQL looks for its
    own programs, count them too. All but the one are then given up for good."""
    _libc.prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0)
    drop()
    header = _CapabilityHeader(CAPABILITY_VERSION_3, 0)
    sets = (_CapabilitySet * 2)()
    bit = 1 << CAP_DAC_READ_SEARCH
    sets[0].effective = sets[0].permitted = sets[0].inheritable = bit
    if _libc.capset(ctypes.byref(header), sets) != 0:
        os._exit(1)  # rather not at all than with every right of root
    _libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_READ_SEARCH, 0, 0)


def _closed_to_others(path: Path) -> bool:
    return any(not folder.stat().st_mode & 0o001 for folder in path.resolve().parents)


def spawn(
    args: Sequence[str | Path],
    *,
    log: IO[bytes] | int,
    end_signal: signal.Signals = signal.SIGTERM,
    account: Account | None = None,
    reach: Sequence[Path] = (),
    env: dict[str, str] | None = None,
    cwd: Path | str | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own that gets `end_signal` when this process dies, however it dies.

    Call it from the main thread: the kernel watches the thread that started the child. `account` drops root
    to that user; `reach` names what that user must be able to reach even where a parent folder is closed.
    """
    parent = os.getpid()
    needs_search = account is not None and any(_closed_to_others(path) for path in reach)

    def drop() -> None:
        assert account is not None
        os.setgroups([])
        os.setresgid(account.gid, account.gid, account.gid)
        os.setresuid(account.uid, account.uid, account.uid)

    def prepare() -> None:
        if needs_search:
            _keep_search_right(drop)
        elif account is not None:
            drop()
        _libc.prctl(PR_SET_PDEATHSIG, int(end_signal), 0, 0, 0)  # after the drop, which would clear it
        if os.getppid() != parent:  # the parent died before the kernel was asked to tell
            os._exit(1)

    return subprocess.Popen(  # noqa: S603  the arguments are this package's own
        [str(arg) for arg in args],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        env=env,
        cwd="/" if account is not None else cwd,
        preexec_fn=prepare,  # noqa: PLW1509  the parent has one thread at this point
        start_new_session=True,
    )


def stop(child: subprocess.Popen[bytes], end_signal: signal.Signals, timeout: float = 10) -> None:
    """Ask a child to end, and end it where it does not within `timeout` seconds."""
    if child.poll() is None:
        child.send_signal(end_signal)
        try:
            child.wait(timeout)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


@contextlib.contextmanager
def log_file(folder: Path, name: str) -> Iterator[IO[bytes]]:
    """A log to append to; past 5 MB the former one is kept once as `.old`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.log"
    if path.exists() and path.stat().st_size > LOG_LIMIT_BYTES:
        path.replace(path.with_suffix(".log.old"))
    with path.open("ab") as handle:
        yield handle


def last_lines(folder: Path, name: str, count: int = 8) -> str:
    path = folder / f"{name}.log"
    return "\n".join(path.read_text(errors="replace").splitlines()[-count:]) if path.exists() else ""
