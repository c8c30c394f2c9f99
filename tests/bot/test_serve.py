"""Before the start: what makes it impossible is said in one sentence."""

import socket
from contextlib import closing

import pytest

from bot import serve
from bot.serve import ServeError
from bot.settings import Settings
from bot.yaml_check import BrokenYaml


@pytest.fixture
def ports():
    """Two free ports of this machine."""
    with closing(socket.socket()) as first, closing(socket.socket()) as second:
        first.bind(("127.0.0.1", 0))
        second.bind(("127.0.0.1", 0))
        return first.getsockname()[1], second.getsockname()[1]


@pytest.fixture
def project(tmp_path, monkeypatch, ports):
    """A folder with everything that is checked, and settings with free ports."""
    (tmp_path / "models").mkdir()
    (tmp_path / "models/assistant.tar.gz").touch()
    (tmp_path / "endpoints.yml").write_text("action_endpoint:\n  url: ${ACTION_ENDPOINT_URL}\n")
    (tmp_path / "credentials.yml").write_text("rest:\n")
    monkeypatch.chdir(tmp_path)
    return Settings(port=ports[0], action_port=ports[1])


def test_all_well(project):
    assert serve.preflight(project) is None


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("port", "the assistant's port {} is taken.*PORT=5006 make run"),
        ("action_port", "the action server's port {} is taken.*ACTION_PORT=5056"),
    ],
)
def test_a_taken_port_is_named_with_what_to_do(project, setting, says):
    number = getattr(project, setting)
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", number))
        other.listen()
        with pytest.raises(ServeError, match=says.format(number)):
            serve.preflight(project)


def test_a_port_just_left_is_not_taken(project):
    with closing(socket.socket()) as server, closing(socket.socket()) as client:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as web servers do
        server.bind(("127.0.0.1", project.port))
        server.listen()
        client.connect(("127.0.0.1", project.port))
        accepted, _ = server.accept()
        accepted.close()  # this side closes first, so its end stays in TIME_WAIT
    assert serve.preflight(project) is None


def test_an_address_of_another_machine_is_refused(project):
    with pytest.raises(ServeError, match=r"can't listen on 192\.0\.2\.1.*correct HOST"):
        serve.check_port("192.0.2.1", project.port, "PORT", "")


def test_a_missing_model_says_make_train(project, tmp_path):
    (tmp_path / "models/assistant.tar.gz").unlink()
    with pytest.raises(ServeError, match="make train"):
        serve.preflight(project)


@pytest.mark.parametrize("name", ["endpoints.yml", "credentials.yml"])
def test_broken_yaml_names_file_and_line(project, tmp_path, name):
    (tmp_path / name).write_text("a: 1\nb: c: d\n")
    with pytest.raises(BrokenYaml, match=f"^{name}, line 2: "):
        serve.preflight(project)


def test_main_prints_one_sentence(project, tmp_path, monkeypatch, capsys):
    (tmp_path / "models/assistant.tar.gz").unlink()
    monkeypatch.setattr(serve, "load", lambda: project)
    assert serve.main() == 1
    assert (
        capsys.readouterr().err
        == "not started: there is no model in models/assistant.tar.gz; make one with `make train`.\n"
    )


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("0.0.0.0", "127.0.0.1"),
        ("::", "[::1]"),
        ("::1", "[::1]"),
        ("localhost", "localhost"),
    ],
)
def test_the_address_can_be_called(host, shown):
    assert serve.address(Settings(host=host)) == f"http://{shown}:5005"


def test_the_children_get_what_keeps_them_local_and_quiet():
    actions, rasa = serve.children(
        Settings(host="0.0.0.0", port=6000, action_port=6001, log_level="DEBUG"), serve.CREDENTIALS
    )
    assert actions.env["SANIC_HOST"] == "127.0.0.1" and "SANIC_HOST" not in rasa.env
    assert rasa.env["ACTION_ENDPOINT_URL"] == "http://127.0.0.1:6001/webhook"
    assert rasa.command[-4:] == ["-i", "0.0.0.0", "-p", "6000"]
    for child in (actions, rasa):
        assert (child.env["RASA_TELEMETRY_ENABLED"], child.env["LOG_LEVEL"]) == ("false", "DEBUG")


def test_the_start_names_the_channels_and_gives_rasa_those_that_are_on(project, tmp_path, capsys):
    (tmp_path / "credentials.yml").write_text("rest:\nbot.channels.x.Y:\n  needs: [REDIS_URL]\n")
    chosen = serve.choose_channels(project)
    assert capsys.readouterr().out.split("\n")[:2] == [
        "    channel rest: on",
        "    channel x: off, not set up (docs/channels.md)",
    ]
    assert chosen.read_text() == "rest: null\n"
    assert str(chosen) in serve.children(project, chosen)[1].command
