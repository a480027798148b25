"""One change at a time: who has the lock, who is told, and what a disk must be able to do."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from sp_geo.core.errors import WorkspaceError
from sp_geo.core.lock import Busy, held, is_held


def test_one_has_it_and_others_are_told(tmp_path: Path) -> None:
    """The second is told what the first is doing; afterwards the file stays, and anybody may have the lock."""
    path = tmp_path / "new" / ".lock"
    assert not is_held(path)
    for _ in range(2):
        with held(path, "somebody builds"):
            assert is_held(path)
            with pytest.raises(Busy, match="somebody builds") as caught, held(path, "somebody builds", wait_s=0):
                pass
        assert caught.value.exit_code == WorkspaceError.exit_code
        assert not is_held(path)
    assert [item.name for item in path.parent.iterdir()] == [".lock"]


def test_a_fault_lets_go_of_it(tmp_path: Path) -> None:
    """Whatever ends the work ends the lock; a file where a folder should be is named, and nobody is called busy."""
    path = tmp_path / ".lock"
    with pytest.raises(TimeoutError, match="of the work"), held(path, "somebody builds"):
        raise TimeoutError("of the work")
    assert not is_held(path)
    (tmp_path / "file").touch()
    with pytest.raises(WorkspaceError, match="cannot write") as caught, held(tmp_path / "file" / ".lock", "busy"):
        pass
    assert not isinstance(caught.value, Busy)
    assert not is_held(tmp_path / "file" / ".lock")


@pytest.mark.skipif(os.name == "nt", reason="another call takes the lock there")
@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP])
def test_a_disk_without_locks_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Some network disks know no locks: that is told as it is, for waiting would not help."""

    def without(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("fcntl.flock", without)
    said = f"cannot write: {os.strerror(number)}"
    with pytest.raises(WorkspaceError, match=said) as caught, held(tmp_path / ".lock", "somebody builds"):
        pass
    assert not isinstance(caught.value, Busy)
