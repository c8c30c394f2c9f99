"""`python -m bot.serve`: the whole flow in one foreground process: the action server (⑤) and Rasa (①-④).

Checks first what would make either fail, each in one sentence, then hands over to `bot.supervisor`.
"""

from __future__ import annotations

import errno
import os
import socket
import sys
from pathlib import Path

from bot.channels.switch import read_channels, write_credentials
from bot.paths import MODEL
from bot.settings import Settings, SettingsError, load
from bot.supervisor import Child, supervise
from bot.yaml_check import BrokenYaml, top_level_keys

LOG = Path("var/log/assistant.log")
ENDPOINTS, CREDENTIALS = Path("endpoints.yml"), Path("credentials.yml")
LOOPBACK = "127.0.0.1"


class ServeError(Exception):
    """One sentence: why the assistant can't start and what to do."""


def main() -> int:
    """Serve in the current folder until Ctrl-C, and return the exit code."""
    try:
        settings = load()
        preflight(settings)
        return supervise(
            children(settings, choose_channels(settings)), LOG, f"ready: {address(settings)}  (Ctrl-C stops)"
        )
    except (ServeError, SettingsError, BrokenYaml) as error:
        print(f"not started: {error}", file=sys.stderr)
    except OSError as error:
        print(f"not started: {error.strerror}: {error.filename or LOG}.", file=sys.stderr)
    except KeyboardInterrupt:  # before there are children
        return 0
    return 1


def preflight(settings: Settings) -> None:
    """Raise an error for what is known to go wrong: model, YAML, ports."""
    if not MODEL.is_file():
        raise ServeError(f"there is no model in {MODEL}; make one with `make train`.")
    top_level_keys([ENDPOINTS, CREDENTIALS])
    if settings.redis_url and not settings.web_secret:
        raise ServeError(
            "REDIS_URL is set, so WEB_SECRET must be too: all replicas sign the sessions of the web chat with it;"
            ' make one with: python3 -c "import secrets; print(secrets.token_urlsafe(32))".'
        )
    check_port(settings.host, settings.port, "PORT", "PORT=5006 make run")
    check_port(LOOPBACK, settings.action_port, "ACTION_PORT", "ACTION_PORT=5056 make run")


def choose_channels(settings: Settings) -> Path:
    """Say which channels are on and what the others lack; return the file with those that are on."""
    channels = read_channels(CREDENTIALS, settings)
    for channel in channels:
        print(f"    channel {channel}", flush=True)
    return write_credentials(channels, Path(f"var/run/credentials-{settings.port}.yml"))


def check_port(host: str, port: int, setting: str, example: str) -> None:
    """Raise a ServeError if nothing can listen on that port; `setting` and `example` say how to choose another."""
    try:
        family, kind, _, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(where)
    except socket.gaierror:
        raise ServeError(f"HOST is {host!r}, which is no address; 127.0.0.1 is this machine alone.") from None
    except OSError as error:
        what = "the assistant's" if setting == "PORT" else "the action server's"
        if error.errno == errno.EADDRINUSE:
            reason = (
                f"{what} port {port} is taken, perhaps by an assistant that already runs; stop that, or use another"
            )
        elif error.errno == errno.EACCES:
            reason = f"{what} port {port} is reserved to the administrator; use one above 1023"
        else:
            raise ServeError(f"can't listen on {host}, port {port}: {error.strerror}; correct HOST.") from None
        raise ServeError(f"{reason}: {example}") from None


def address(settings: Settings) -> str:
    """Return the address to open on this machine (0.0.0.0 means all addresses, which is none to call)."""
    host = {"0.0.0.0": LOOPBACK, "::": "[::1]"}.get(settings.host, settings.host)
    return f"http://{f'[{host}]' if ':' in host and '[' not in host else host}:{settings.port}"


def children(settings: Settings, credentials: Path) -> list[Child]:
    """Return the two servers, the action server first: its start is the quicker one."""
    common = {
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "LOG_LEVEL": settings.log_level,
        "LOG_LEVEL_LIBRARIES": "ERROR",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "PYTHONWARNINGS": "ignore::DeprecationWarning",
        "PYTHONPATH": os.pathsep.join(filter(None, [os.getcwd(), os.environ.get("PYTHONPATH")])),
    }
    actions = f"http://{LOOPBACK}:{settings.action_port}"
    serve_actions = [sys.executable, "-m", "rasa_sdk", "--actions", "actions", "--port", str(settings.action_port)]
    serve_rasa = [sys.executable, "-m", "rasa", "run", "--model", str(MODEL)]
    serve_rasa += ["--endpoints", str(ENDPOINTS), "--credentials", str(credentials)]
    serve_rasa += ["-i", settings.host, "-p", str(settings.port)]
    return [
        # the action server has no authentication of its own, so it never leaves the machine
        Child("action server", serve_actions, f"{actions}/health", "action server", {**common, "SANIC_HOST": LOOPBACK}),
        Child(
            "Rasa",
            serve_rasa,
            f"{address(settings)}/webhooks/rest/",
            "loading the model",
            # more workers would each hold a copy of the model and their own locks
            {**common, "SANIC_WORKERS": "1", "ACTION_ENDPOINT_URL": f"{actions}/webhook"},
            # Rasa goes on without a model, and answers nobody
            fatal=("Could not load model due to", "No valid model found at"),
            advice=f"if the model is broken, make a new one: rm {MODEL} && make train",
        ),
    ]


if __name__ == "__main__":
    sys.exit(main())
