"""The rules shown in the documentation are rules."""

import json
import re
from pathlib import Path

import pytest

from loyalty.earning.rules.reading import read_definition
from loyalty.earning.telling.rules import rule_sentence

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "write-an-earning-rule.md"
EXAMPLES = re.findall(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)


@pytest.mark.parametrize("text", EXAMPLES, ids=range(len(EXAMPLES)))
def test_examples_can_be_applied(text):
    definition, _clause = read_definition(json.loads(text), currencies={"stars"})

    assert rule_sentence(definition, money="EUR", zone="UTC").startswith("When ")


def test_there_are_examples():
    assert len(EXAMPLES) == 4
