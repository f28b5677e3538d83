# SPDX-License-Identifier: MIT
"""The packages that tests need: skipped without them, or failed if ./dev python has fetched them."""
import importlib
import os

import pytest


def pytest_addoption(parser):
    parser.addoption("--rows", type=int, default=10**6, metavar="N",
                     help="rows of the large Parquet file; the large pandas frame has a tenth")


@pytest.fixture
def neighbour():
    def find(name):
        try:
            return importlib.import_module(name)
        except ImportError:
            if os.environ.get("FG_PYTHON_REQUIRED"):
                raise
            pytest.skip(f"{name} is not installed here")
    return find
