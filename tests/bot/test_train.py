"""Training: broken input in one sentence, the old model stays, a good run replaces it. Rasa itself is real here."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import ROOT
from bot.train import main, training_sources

FILES = {
    "config.yml": "recipe: default.v1\nassistant_id: tiny\nlanguage: en\n"
    "pipeline:\n- name: WhitespaceTokenizer\n- name: KeywordIntentClassifier\npolicies:\n- name: RulePolicy\n",
    "domain.yml": 'version: "3.1"\nintents: [greet, bye]\n',
    "data/nlu.yml": 'version: "3.1"\nnlu:\n- intent: greet\n  examples: |\n    - hi\n    - hello\n'
    "- intent: bye\n  examples: |\n    - bye\n    - see you\n",
    "data/rules.yml": 'version: "3.1"\nrules:\n- rule: Greet\n  steps:\n  - intent: greet\n  - action: utter_hi\n',
    "data/faq/hi.yml": 'version: "3.1"\nresponses:\n  utter_hi:\n  - text: hi\n  utter_bye:\n  - text: bye\n',
}
CONTRADICTION = "- rule: Greet otherwise\n  steps:\n  - intent: greet\n  - action: utter_bye\n"


@pytest.fixture
def project(tmp_path):
    """A project that trains in seconds, with a model of before."""
    for name, content in {**FILES, "models/assistant.tar.gz": "old"}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    return tmp_path


def train(project: Path) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, "-m", "bot.train"], cwd=project, env=env, text=True, capture_output=True)


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text() + text)


def test_answers_under_data_are_part_of_the_domain(project):
    domain, data = training_sources(project)
    assert [Path(path).name for path in domain] == ["domain.yml", "hi.yml"]
    assert [Path(path).name for path in data] == ["nlu.yml", "rules.yml"]


def test_broken_yaml_is_one_sentence_and_rasa_is_never_asked(project):
    append(project / "data/nlu.yml", "- intent: greet: again\n")
    done = train(project)
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.startswith("training stopped: data/nlu.yml, line 11: a second ':'")
    assert done.stderr.count("\n") == 1


def test_a_good_run_replaces_the_model_and_keeps_rasa_quiet(project):
    done = train(project)
    assert done.returncode == 0, done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["training", "trained"]
    assert "s CPU: models/assistant.tar.gz" in done.stdout and done.stderr == ""
    assert (project / "models/assistant.tar.gz").read_bytes()[:2] == b"\x1f\x8b"  # gzip
    assert "RulePolicy" in (project / "var/log/train.log").read_text()
    # what was edited during the training has to be newer than the model
    assert (project / "models/assistant.tar.gz").stat().st_mtime < (project / "var/log/train.log").stat().st_mtime


@pytest.mark.parametrize(
    ("file", "added", "says"),
    [
        ("data/rules.yml", CONTRADICTION, "Contradicting rules or stories found"),
        ("domain.yml", "slots:\n  x: {type: nonesuch, mappings: []}\n", "Failed to find slot type, 'nonesuch'"),
        ("config.yml", "- name: nonesuch.Policy\n", "No module named 'nonesuch'"),
    ],
)
def test_what_rasa_refuses_is_readable_and_the_old_model_stays(project, monkeypatch, capsys, file, added, says):
    append(project / file, added)
    monkeypatch.chdir(project)
    monkeypatch.setattr(sys, "path", list(sys.path))
    for name in ("RASA_MAX_CACHE_SIZE", "LOG_LEVEL", "RASA_TELEMETRY_ENABLED", "TF_CPP_MIN_LOG_LEVEL"):
        monkeypatch.setenv(name, "")  # restores what the training sets (in this process: importing Rasa takes seconds)
    assert main() == 1
    complaint = capsys.readouterr().err.partition("training stopped: ")[2]
    assert says in complaint and "Traceback" not in complaint
    assert complaint.endswith("(details: var/log/train.log; the model of before is still in models/assistant.tar.gz)\n")
    assert [path.name for path in (project / "models").iterdir()] == ["assistant.tar.gz"]
    assert (project / "models/assistant.tar.gz").read_text() == "old"
