"""Share out the renderers of PDFs, so that nobody waits behind somebody else's. Imports no Odoo."""

# Each takes a processor and some memory for seconds.
MAX_PLACES = 4

# Who waits for a PDF: somebody who answers, or who downloads a document or a statement.
ANSWERS, DOCUMENTS, STATEMENTS = "answers", "documents", "statements"


def count_places(workers):
    """Return how many PDFs a server with so many worker processes may make at the same time.

    A renderer fetches its styles from these same workers, so one has to stay free. Without
    worker processes, a server answers in as many threads as it needs.

    >>> count_places(0), count_places(1), count_places(2), count_places(3), count_places(16)
    (4, 1, 1, 2, 4)
    """
    return max(1, min(workers - 1, MAX_PLACES)) if workers else MAX_PLACES


def places_of(queue, workers):
    """Return the places that a queue may take, numbered from 0.

    Answers have places of their own wherever there is more than one, and statements, of which
    a customer can ask for any number, never take those of documents where there are three.

    >>> [places_of(STATEMENTS, workers) for workers in (0, 2, 3, 4)]
    [(0,), (0,), (0,), (0,)]
    >>> [places_of(DOCUMENTS, workers) for workers in (0, 2, 3, 4)]
    [(1,), (0,), (0,), (1,)]
    >>> [places_of(ANSWERS, workers) for workers in (0, 2, 3, 4)]
    [(2, 3), (0,), (1,), (2,)]
    """
    count = count_places(workers)
    shared = {1: 1, 2: 1}.get(count, 2)  # the places of downloads
    if queue == ANSWERS:
        return tuple(range(shared, count)) or (0,)
    return (min(1, shared - 1),) if queue == DOCUMENTS else (0,)
