from . import test_chunks
