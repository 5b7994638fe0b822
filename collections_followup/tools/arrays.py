"""Lists as PostgreSQL reads them fastest.

psycopg2 writes a list as ``ARRAY[1, 2, …]``, an expression that the server parses element by
element; the text of an array is read in a sixth of the time. It needs a cast: ``%s::int[]``.
"""


def as_array(values):
    """A list of numbers, days, texts, truths and None as the text of a PostgreSQL array.

    :rtype: str
    """
    return "{" + ",".join(map(_as_element, values)) + "}"


def as_columns(rows):
    """Rows of equal length as one array a column.

    :rtype: list[str]
    """
    return [as_array(column) for column in zip(*rows, strict=True)]


def _as_element(value):
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(value)
