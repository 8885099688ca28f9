"""A real language model that invents freely, behind the real wording: nothing unproved is shown."""

from pathlib import Path
from time import perf_counter

import pytest
from prometheus_client import CollectorRegistry

from bot.assistant import Assistant
from bot.dialogue import Dialogue, Speaker, Turn
from knowledge.articles import ArticleId
from knowledge.hashing import HashEmbedder
from tests import loops
from tests.bot.wording.pages import publish
from tests.small_model import small_model
from web.language_model import make_language_model
from web.measures import ModelGauges
from web.settings import load_settings
from web.wording import directly, make_wording

LIMIT_S = 3.0
SLACK_S = 20.0  # a busy machine's; what is tested is that an endless answer is not waited for


@pytest.mark.model
def test_a_model_that_invents_freely_costs_at_most_its_time_limit(tmp_path: Path) -> None:
    snapshot = publish(tmp_path)
    asked = Dialogue((Turn(Speaker.CUSTOMER, "Within how many days may I return anything?"),))
    embedder = HashEmbedder()
    extract = Assistant(embedder).reply(snapshot, asked)
    with small_model() as url:
        settings = load_settings(
            environ={},
            data=tmp_path,
            language_model="small",
            language_model_url=url,
            language_model_timeout_s=LIMIT_S,
        )
        model = make_language_model(settings, ModelGauges(CollectorRegistry()))
        wording = make_wording(model, embedder)
        assert wording is not None
        began = perf_counter()
        reply = loops.run(wording.word(snapshot, asked, extract, directly))
        took_s = perf_counter() - began
    assert took_s < LIMIT_S + SLACK_S
    assert reply.text
    for citation in reply.citations:
        article = snapshot.article(ArticleId(citation.article))
        assert article is not None
        assert article.text[citation.start : citation.end] == citation.quote
    for sentence in reply.sentences:
        assert sentence.citation is not None or sentence == extract.sentences[0]
