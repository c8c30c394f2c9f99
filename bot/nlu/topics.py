"""③ Chooses the intent of a message, or says that it is not sure: the Rasa component around LinearTextModel."""

from __future__ import annotations

from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.linear_model import LinearTextModel, ModelConfig
from bot.nlu.marks import ALSO_TOPIC, decide, is_decided
from bot.nlu.policy import Thresholds, choose
from bot.nlu.vector_store import stored_vectors
from bot.paths import SENTENCE_VECTORS
from bot.text.domains import find_addresses
from bot.text.normalise import normalise
from bot.text.questions import split_questions
from bot.topics import TOPICS

_RANKING_LENGTH = 10


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(GraphComponent):
    """Intent with a calibrated probability; when no decision is safe, `nlu_fallback` (bot/nlu/policy.py).

    The ranking goes out with every decision, so that the dialogue can offer the likeliest topics.

    Two questions in one message: the topic of the second is set as `also_topic` (needs `question_threshold` for each).
    `vector_file` keeps the sentence vectors of the training messages for the next training.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            **asdict(ModelConfig()),
            **asdict(Thresholds()),
            "question_threshold": 0.75,
            "vector_file": str(SENTENCE_VECTORS),
        }

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TopicClassifier:
        return cls(config, model_storage, resource)

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: LinearTextModel | None = None,
    ) -> None:
        self._config, self._storage, self._resource, self._model = config, model_storage, resource, model
        self._least = Thresholds(**{field.name: config[field.name] for field in fields(Thresholds)})

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> TopicClassifier:
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, LinearTextModel.load(folder))

    def train(self, training_data: TrainingData) -> Resource:
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        options = {field.name: self._config[field.name] for field in fields(ModelConfig)}
        options = {key: tuple(value) if isinstance(value, list) else value for key, value in options.items()}
        texts = [readable(example.get(TEXT)) for example in examples]
        labels = [example.get(INTENT) for example in examples]
        model_config = ModelConfig(**options)
        vectors = stored_vectors(texts, Path(self._config["vector_file"])) if model_config.sentence_vectors else None
        self._model = LinearTextModel.fit(texts, labels, model_config, vectors)
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            if self._model is not None and not is_decided(message):
                self._decide(message, self._model)
        return messages

    def _decide(self, message: Message, model: LinearTextModel) -> None:
        text = message.get(TEXT) or ""
        ranking = model.ranking(readable(text))[:_RANKING_LENGTH]
        asked = self._topics_asked(text, model)
        intent, confidence = choose(ranking, self._least)
        if len(asked) > 1:  # two questions: the first is answered, the second offered (bot/nlg.py)
            intent, confidence = asked[0], dict(ranking).get(asked[0], 0.0)
            message.set(ALSO_TOPIC, asked[1], add_to_output=True)
        decide(message, intent, confidence, "classifier", ranking)

    def _topics_asked(self, text: str, model: LinearTextModel) -> list[str]:
        """Distinct topics that single questions in the text are surely about, in order."""
        questions = split_questions(text)
        if len(questions) < 2:
            return []
        best = (model.ranking(readable(question))[0] for question in questions)
        sure = [
            name for name, confidence in best if name in TOPICS and confidence >= self._config["question_threshold"]
        ]
        return list(dict.fromkeys(sure))


def readable(text: str) -> str:
    """The text as the classifier sees it: normalised, every address one word, so that names carry no meaning."""
    kept, end = [], 0
    for address in find_addresses(text):
        kept += [text[end : address.start], " somedomain "]
        end = address.end
    return normalise("".join([*kept, text[end:]]))
