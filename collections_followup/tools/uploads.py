"""Files from strangers: what they are is read from their content, never from their name."""

import re
from collections import namedtuple

#: Files with one message, and bytes in each of them.
MAX_FILES = 5
MAX_BYTES = 8_000_000
MAX_NAME = 100

#: How files begin that are taken: (offset, bytes, type, ending).
KINDS = (
    (0, b"%PDF-", "application/pdf", "pdf"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (0, b"\xff\xd8\xff", "image/jpeg", "jpg"),
    (0, b"GIF87a", "image/gif", "gif"),
    (0, b"GIF89a", "image/gif", "gif"),
    (8, b"WEBP", "image/webp", "webp"),
    (4, b"ftypheic", "image/heic", "heic"),
    (4, b"ftypmif1", "image/heic", "heic"),
)
#: For the attribute ``accept`` of a form.
ACCEPT = ".pdf,.png,.jpg,.jpeg,.gif,.webp,.heic"

Upload = namedtuple("Upload", "name mimetype data")


class UploadError(ValueError):
    """A file that is not taken; ``code`` says why, ``name`` which."""

    def __init__(self, code, name=""):
        super().__init__(code)
        self.code, self.name = code, name


def kind_of(data):
    """Type and ending of a file by how it begins, or ``None``."""
    for offset, mark, mimetype, ending in KINDS:
        if data[offset : offset + len(mark)] == mark:
            return mimetype, ending
    return None


def clean_name(name, ending):
    """A name without folders and control characters, with the ending that fits the content."""
    base = re.split(r"[\\/]", name or "")[-1]
    base = "".join(char for char in base if char.isprintable()).strip(" .")
    stem, dot, _old = base.rpartition(".")
    return f"{(stem if dot else base)[:MAX_NAME] or 'file'}.{ending}"


def check_files(files):
    """Files as they may be kept.

    :param files: pairs of name and a function that reads at most so many bytes
    :return: list of Upload; those without a name and content are left out
    :raise UploadError: ``too_many``, ``too_large``, ``wrong_kind`` or ``empty``
    """
    result = []
    for name, read in files:
        data = read(MAX_BYTES + 1)
        if not name and not data:
            continue
        if len(result) == MAX_FILES:
            raise UploadError("too_many", name)
        if len(data) > MAX_BYTES:
            raise UploadError("too_large", name)
        if not data:
            raise UploadError("empty", name)
        kind = kind_of(data)
        if not kind:
            raise UploadError("wrong_kind", name)
        mimetype, ending = kind
        result.append(Upload(clean_name(name, ending), mimetype, data))
    return result
