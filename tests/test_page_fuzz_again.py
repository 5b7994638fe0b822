"""The second half of the requests of ``test_page_fuzz``, with a seed of its own."""

from . import test_page_fuzz


class TestFuzzAgain(test_page_fuzz.TestFuzz):
    seed = test_page_fuzz.SEED + 1
