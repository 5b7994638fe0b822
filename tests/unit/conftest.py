"""Property tests measure correctness, not speed: a busy machine must not fail one."""

from hypothesis import settings

settings.register_profile("steady", deadline=None)
settings.load_profile("steady")
