"""Trains ALS from the package `implicit` on who engaged with what, and brings its neighbours to ActivityGraph.

    pip install -r examples/requirements.txt
    npm run --silent token -- --user trainer --role admin > token
    python examples/implicit-als.py --token "$(cat token)" --model als

A feed algorithm then names the model `als`. Engagement is read through POST /cypher, or from a file of tab-separated
lines `person content [time [weight]]` (--tsv).
"""

import argparse
import json
import sys
import urllib.error
import urllib.request

import implicit
import numpy as np
from scipy.sparse import csr_matrix

PAGE = 10_000
PER_UPLOAD = 50_000
QUERY = """
MATCH (u:User)-[e:ENGAGED]->(c:Content)
WHERE u.id >= $person AND (u.id > $person OR c.id > $content) AND e.weight >= 1e-9
RETURN u.id AS person, c.id AS content
ORDER BY person, content
LIMIT 10000
"""


def call(args, method, path, body, content_type="application/json"):
    """Sends a request and returns the JSON of the answer; an error of the service ends the program with its words."""
    request = urllib.request.Request(args.url + path, data=body.encode(), method=method)
    request.add_header("Content-Type", content_type)
    request.add_header("Authorization", f"Bearer {args.token}")
    try:
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        sys.exit(f"{method} {path}: {error.code} {error.read().decode()}")


def engagement_from_graph(args):
    """Yields (person, content, 1.0), a page at a time."""
    person, content = "", ""
    while True:
        query = {"query": QUERY, "params": {"person": person, "content": content}, "limit": PAGE, "timeoutMs": 30_000}
        rows = call(args, "POST", "/cypher", json.dumps(query))["rows"]
        for person, content in rows:
            yield person, content, 1.0
        if len(rows) < PAGE:
            return


def engagement_from_file(path):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            person, content, *rest = line.rstrip("\n").split("\t")
            yield person, content, float(rest[1]) if len(rest) > 1 else 1.0


def matrix_of(engagement):
    """The matrix of people and contents, and the contents by number."""
    people, contents = {}, {}
    triples = [
        (people.setdefault(person, len(people)), contents.setdefault(content, len(contents)), weight)
        for person, content, weight in engagement
    ]
    if not triples:
        sys.exit("Nobody has engaged with anything yet.")
    rows, columns, weights = zip(*triples)
    shape = (len(people), len(contents))
    return csr_matrix((np.array(weights, dtype=np.float32), (rows, columns)), shape=shape), list(contents)


def neighbours_of(model, contents, most):
    """Yields the nearest contents of each, as the service takes them."""
    numbers = np.arange(len(contents))
    nearest, scores = model.similar_items(numbers, N=min(most + 1, len(contents)))
    for number in numbers:
        for other, score in zip(nearest[number], scores[number]):
            if other >= 0 and other != number and np.isfinite(score):
                yield {"from": contents[number], "to": contents[other], "score": float(score)}


def upload(args, neighbours):
    """Replaces what the model had, in uploads of whole lists; the last one has what came before the first forgotten."""
    lines, last, began, sent = [], None, None, 0

    def send(replace="from"):
        nonlocal began, sent
        since = "" if began is None else f"&since={began}"
        path = f"/similarity/{args.model}?kind=content&replace={replace}{since}"
        result = call(args, "PUT", path, "\n".join(lines), "application/x-ndjson")
        began, sent = began or result["computed_at"], sent + result["neighbours"]
        if result["unknown"]["count"] > 0:
            print(f"{result['unknown']['count']} contents are not known there, as {result['unknown']['ids'][0]}")
        lines.clear()

    for neighbour in neighbours:
        if len(lines) >= PER_UPLOAD and neighbour["from"] != last:
            send()
        lines.append(json.dumps(neighbour))
        last = neighbour["from"]
    send(replace="all")
    return sent


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://localhost:4000")
    parser.add_argument("--token", required=True, help="of role admin; with --tsv, service is enough")
    parser.add_argument("--model", default="als", help="the name under which a feed algorithm finds the neighbours")
    parser.add_argument("--tsv", help="a file of person, content, time and weight, instead of the graph")
    parser.add_argument("--factors", type=int, default=64)
    parser.add_argument("--regularization", type=float, default=0.05)
    parser.add_argument("--iterations", type=int, default=15)
    parser.add_argument("--most", type=int, default=50, help="neighbours of each content")
    args = parser.parse_args()

    engagement = engagement_from_file(args.tsv) if args.tsv else engagement_from_graph(args)
    matrix, contents = matrix_of(engagement)
    print(f"{matrix.nnz} engagements of {matrix.shape[0]} people with {matrix.shape[1]} contents")
    model = implicit.als.AlternatingLeastSquares(
        factors=args.factors, regularization=args.regularization, iterations=args.iterations, random_state=1
    )
    model.fit(matrix, show_progress=False)
    print(f"{upload(args, neighbours_of(model, contents, args.most))} neighbours are there under the name {args.model}")


if __name__ == "__main__":
    main()
