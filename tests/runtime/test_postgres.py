"""The embedded server: started, adopted, recovered, refused."""

import contextlib
import os
import shutil
import signal
import stat
import sys
from pathlib import Path

import environ
import psutil
import psycopg
import pytest

from itsm.runtime import binaries, cluster, processes
from itsm.runtime.errors import CannotStart
from itsm.runtime.places import Place
from itsm.runtime.postgres import Server
from tests.runtime.conftest import eventually, line_with

pytestmark = pytest.mark.slow


def value(place: Place, statement: str) -> object:
    with psycopg.connect(place.url, autocommit=True) as connection:
        return connection.execute(statement).fetchone()[0]


def test_a_new_server_is_private_checked_and_its_role_is_no_superuser(place, server_at):
    server = server_at(place)

    assert server.start()

    assert value(place, "SHOW data_checksums") == "on"
    assert value(place, "SHOW fsync") == "on"
    assert value(place, "SHOW server_encoding") == "UTF8"
    assert value(place, "SHOW listen_addresses") == ""
    assert value(place, "SELECT usesuper FROM pg_user WHERE usename = current_user") is False
    assert stat.S_IMODE(place.socket.stat().st_mode) == 0o700
    assert stat.S_IMODE(place.data.stat().st_mode) == 0o700
    server.stop()
    assert server.pid() is None


def test_spanish_text_is_folded_alike_on_every_machine(place, server_at):
    server_at(place).start()

    assert value(place, "SELECT upper('ñandú')") == "ÑANDÚ"
    assert value(place, "SELECT to_tsvector('spanish', 'ÁRBOLES')::text") == "'arbol':1"


def test_django_understands_the_url(place, server_at):
    server_at(place).start()

    parsed = environ.Env.db_url_config(place.url)

    assert parsed["ENGINE"] == "django.db.backends.postgresql"
    assert (parsed["NAME"], parsed["USER"]) == ("itsm", "itsm")
    with psycopg.connect(dbname="itsm", user="itsm", **parsed["OPTIONS"]) as connection:
        assert connection.info.dbname == "itsm"


def test_a_running_server_is_adopted_not_started_again(place, server_at):
    first = server_at(place)
    first.start()

    second = server_at(place)

    assert second.start() is False
    assert second.pid() == first.pid()
    second.stop()
    assert first.pid() is None


def test_committed_data_survives_kill_9_of_the_server(place, server_at):
    server = server_at(place)
    server.start()
    with psycopg.connect(place.url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    killed = server.pid()

    os.kill(killed, signal.SIGKILL)
    eventually(lambda: server.pid() is None)

    assert server.start()
    assert server.pid() != killed
    assert value(place, "SELECT one FROM kept") == 1


def test_a_stale_pid_file_with_the_number_of_another_process_does_no_harm(place, server_at):
    server = server_at(place)
    server.start()
    pid_file = (place.data / "postmaster.pid").read_text()
    server.stop()
    (place.data / "postmaster.pid").write_text(
        "\n".join([str(os.getpid()), *pid_file.splitlines()[1:]])
    )

    assert server.pid() is None
    assert server.start()


def test_an_interrupted_initdb_is_not_taken_for_data(place, server_at):
    unfinished = place.data.with_name("data.new")
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18")

    assert server_at(place).start()

    assert not unfinished.exists()


def test_data_of_another_major_version_is_refused_and_left_alone(place):
    place.data.mkdir(parents=True)
    (place.data / "PG_VERSION").write_text("11\n")

    with pytest.raises(CannotStart, match="the data was written by PostgreSQL 11"):
        Server(place)

    assert [path.name for path in place.data.iterdir()] == ["PG_VERSION"]


def test_a_socket_folder_of_somebody_else_is_refused(place, server_at):
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    place.socket.mkdir()
    os.chown(place.socket, 12345, 12345)

    with pytest.raises(CannotStart, match="belongs to another user"):
        server_at(place).start()


def test_the_server_outlives_a_killed_owner_and_is_adopted(folder, runtime):
    owner = runtime("with-postgres", "sh", "-c", "echo up; sleep 60", ITSM_VAR_DIR=str(folder))
    line_with("up", owner)
    left = psutil.Process(owner.pid).children()
    server = next(child for child in left if "postgres" in child.name())
    owner.kill()
    processes.end([child for child in left if child != server], patience=5)

    adopted = runtime("with-postgres", "sh", "-c", "echo $DATABASE_URL", ITSM_VAR_DIR=str(folder))
    url = line_with("postgresql://", adopted).strip()

    assert adopted.wait(30) == 0
    with psycopg.connect(url) as connection:  # it was not theirs to stop
        assert connection.info.user == "itsm"
    server.send_signal(signal.SIGINT)
    server.wait(20)


def test_a_throw_away_server_ends_with_its_killed_owner(folder, runtime):
    if sys.platform != "linux":
        pytest.skip("only Linux tells children that their parent is gone")
    owner = runtime("with-postgres", "--throw-away", "sh", "-c", "echo up; sleep 60")
    line_with("up", owner)
    children = psutil.Process(owner.pid).children()
    server = next(child for child in children if "postgres" in child.name())
    data = Path(server.cmdline()[2])

    owner.kill()

    eventually(lambda: not processes.is_alive(server.pid))
    processes.end(children, patience=5)
    shutil.rmtree(data.parent, ignore_errors=True)


def test_root_runs_the_server_as_somebody_without_rights(place, server_at):
    if os.geteuid() != 0:
        pytest.skip("only for root")
    server = server_at(place)
    server.start()

    assert psutil.Process(server.pid()).uids().effective == cluster.unprivileged_user().uid
    assert place.data.stat().st_uid != 0


def test_programs_that_the_unprivileged_user_cannot_reach_are_copied(
    place, server_at, folder, monkeypatch
):
    wheel = binaries.find()
    if os.geteuid() != 0 or "pginstall" not in wheel.folder.parent.name:
        pytest.skip("only for root, with the wheel's programs")
    package = wheel.folder.parents[1]
    private = folder / "private"
    shutil.copytree(wheel.folder.parent, private / package.name / wheel.folder.parent.name)
    with contextlib.suppress(FileNotFoundError):
        libraries = f"{package.name}.libs"
        shutil.copytree(package.with_name(libraries), private / libraries)
    private.chmod(0o700)
    chosen = private / package.name / wheel.folder.parent.name / "bin"
    monkeypatch.setenv("ITSM_PG_BIN", str(chosen))

    server = server_at(place)
    server.start()

    assert place.binaries in server.binaries.folder.parents
    assert Path(psutil.Process(server.pid()).exe()).is_relative_to(place.binaries)
    assert value(place, "SELECT 1") == 1


def test_programs_that_were_named_but_do_not_work_are_refused(place, monkeypatch):
    monkeypatch.setenv("ITSM_PG_BIN", "/nowhere")

    with pytest.raises(CannotStart, match="ITSM_PG_BIN names /nowhere"):
        Server(place)
