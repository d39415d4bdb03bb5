"""Visiting: a page as a browser that comes to its address sees it, and every text on it."""

import re
from html import unescape
from pathlib import Path

import pandas as pd
from streamlit.testing.v1 import AppTest

SHELL = Path(__file__).parents[2] / "pages" / "_shell.py"


def visit(page: str, **address: str) -> AppTest:
    """A page, as a browser that comes to its address sees it."""
    test = AppTest.from_file(str(SHELL), default_timeout=30).switch_page(page)
    for key, value in address.items():
        test.query_params[key] = value
    return test.run()


def words(test: AppTest) -> str:
    """Every text on the page."""
    return "\n".join(_texts(list(test._tree.children.values())))


def _texts(nodes: list[object]) -> list[str]:
    found: list[str] = []
    for node in nodes:
        body = getattr(node, "proto", None)
        for name in ("body", "label", "text", "help"):
            text = getattr(body, name, None)
            if isinstance(text, str):
                found.append(text)
        children = getattr(node, "children", None)
        if children:
            found += _texts(list(children.values()))
    return found


def tables(test: AppTest) -> list[pd.DataFrame]:
    """Every table of rows on the page, drawn as HTML or as a data frame; all cells are texts."""
    bodies = [text for text in _texts(list(test._tree.children.values())) if 'class="em-list"' in text]
    return [*(frame.value for frame in test.dataframe), *map(_frame, bodies)]


def _frame(body: str) -> pd.DataFrame:
    lines = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line) for line in re.findall(r"<tr>(.*?)</tr>", body)]
    heads, *rows = [[unescape(cell) for cell in line] for line in lines]
    return pd.DataFrame(rows, columns=heads)
