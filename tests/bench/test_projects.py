"""The stock project that ours is compared with."""

from pathlib import Path

import pytest
import yaml

from bench import projects
from bench.projects import ACTION, fingerprint, messages, stock_config, stock_domain, write_stock

CONFIG = (Path(projects.__file__).parent / "stock" / "config.yml").read_text("utf-8")
NLU = """
version: "3.1"
nlu:
  - intent: greet # author: a
    examples: |
      - hello: there
      - 你好
  - intent: ask_human
    examples: |
      - a person, please
"""


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An "ours" with two intents and an empty place for the stock project."""
    monkeypatch.setattr(projects, "OURS", tmp_path / "ours")
    monkeypatch.setattr(projects, "STOCK", tmp_path / "stock")
    (tmp_path / "ours" / "data").mkdir(parents=True)
    (tmp_path / "ours" / "data" / "nlu.yml").write_text(NLU, "utf-8")
    (tmp_path / "ours" / "data" / "rules.yml").write_text("rules: []", "utf-8")
    return tmp_path / "stock"


def test_the_configuration_stays_as_rasa_init_made_it(folders: Path) -> None:
    write_stock()
    assert (folders / "config.yml").read_text("utf-8") == CONFIG


def test_other_epochs_switch_the_commented_default_on() -> None:
    config = yaml.safe_load(stock_config(CONFIG, 7))
    assert [part["name"] for part in config["pipeline"]] == [
        "WhitespaceTokenizer",
        "RegexFeaturizer",
        "LexicalSyntacticFeaturizer",
        "CountVectorsFeaturizer",
        "CountVectorsFeaturizer",
        "DIETClassifier",
        "EntitySynonymMapper",
        "ResponseSelector",
        "FallbackClassifier",
    ]
    assert {part["epochs"] for part in config["pipeline"] + config["policies"] if "epochs" in part} == {7}


def test_the_stock_configuration_is_the_default_of_this_rasa() -> None:
    import rasa.engine.recipes

    shipped = Path(rasa.engine.recipes.__file__).parent / "config_files" / "default_config.yml"
    theirs = yaml.safe_load(shipped.read_text("utf-8").replace("epochs: 100", "epochs: 7"))
    assert yaml.safe_load(stock_config(CONFIG, 7)) == theirs


def test_the_messages_are_ours(folders: Path) -> None:
    write_stock()
    assert messages(folders / "data") == messages(projects.OURS / "data")
    assert messages(folders / "data")[0] == {"intent": "greet", "examples": "- hello: there\n- 你好\n"}


def test_every_intent_has_one_rule_and_one_answer(folders: Path) -> None:
    write_stock()
    rules = yaml.safe_load((folders / "data" / "rules.yml").read_text("utf-8"))["rules"]
    steps = {rule["steps"][0]["intent"]: rule["steps"][1]["action"] for rule in rules}
    assert steps == {"greet": "utter_greet", "ask_human": ACTION}
    domain = yaml.safe_load((folders / "domain.yml").read_text("utf-8"))
    assert domain["intents"] == ["ask_human", "greet"] and "utter_greet" in domain["responses"]


def test_answers_have_a_usual_length() -> None:
    (answer,) = stock_domain(["greet"])["responses"]["utter_greet"]
    assert 250 < len(answer["text"]) < 350


def test_rasas_comments_in_the_configuration_do_not_make_it_another_project(folders: Path) -> None:
    write_stock()
    before = fingerprint(folders)
    (folders / "config.yml").write_text(CONFIG + "# a comment of Rasa\n", "utf-8")
    assert fingerprint(folders) == before
    (folders / "data" / "nlu.yml").write_text("nlu: []\n", "utf-8")
    assert fingerprint(folders) != before
