"""Visiting: a page as a browser that comes to its address sees it, and every text on it."""

from pathlib import Path

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
