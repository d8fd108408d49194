#!/usr/bin/env python3
"""Grows the trees that choose an article's blocks and writes them to src/ingest/extract/blocks.bin.

    python3 -m venv venv && venv/bin/pip install numpy lightgbm
    venv/bin/python tools/train_blocks.py [--check] CORPUS_DIR...

A corpus is a folder with truth.jsonl ({id, url, text}) and <id>.html.gz. Nothing of a corpus is part of this repository;
where one is absent, the script says so and stops. --check only cross-validates, by site, and prints precision, recall
and F1 over runs of four words; otherwise that comes first and the weights after it.
"""
import argparse, collections, gzip, json, re, struct, subprocess, sys, tempfile
from pathlib import Path

import lightgbm as lgb
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
FOLDS = 5
ENSEMBLES = [(1, 15, 0.3), (2, 31, 0.3), (3, 31, 0.15)]  # seed, leaves of a tree, share of the numbers that a tree sees


def words(text):
    return re.findall(r"\w+", text or "", re.UNICODE)


def runs(ws, n=4):
    if len(ws) < n:
        return collections.Counter([tuple(ws)]) if ws else collections.Counter()
    return collections.Counter(tuple(ws[i:i + n]) for i in range(len(ws) - n + 1))


def site(page):
    """Pages of one site never stand on both sides of a fold; dated ids name their site first."""
    return re.sub(r"_\d{4}_\d\d_\d\d.*$", "", page["id"])


def load(folder):
    """The blocks of each page with their numbers, as the program itself sees them."""
    if not (folder / "truth.jsonl").exists():
        sys.exit(f"{folder}: no truth.jsonl there: the corpus is absent")
    with tempfile.TemporaryDirectory() as tmp:
        tmp = Path(tmp)
        (tmp / "truth.jsonl").write_bytes((folder / "truth.jsonl").read_bytes())
        for packed in folder.glob("*.html.gz"):
            (tmp / packed.name[:-3]).write_bytes(gzip.decompress(packed.read_bytes()))
        run = subprocess.run(["cargo", "run", "--quiet", "--release", "--example", "block_features", "--", str(tmp)], cwd=ROOT, stdout=subprocess.PIPE, check=True)
    pages = (json.loads(line) for line in run.stdout.decode().splitlines() if line)
    return [prepare(page, folder.name) for page in pages if page["texts"]]


def prepare(page, corpus):
    page["corpus"] = corpus
    page["w"] = [words(t) for t in page["texts"]]
    truth = words(page["truth"])
    page["T"] = runs(truth)
    page["X"] = np.array(page.pop("features"), dtype=np.float32).reshape(len(page["texts"]), -1)
    # How much of a block is in the true text; what was found once is not found again.
    left, y = collections.Counter(page["T"]), []
    lines = {tuple(words(l)) for l in page["truth"].split("\n")}
    short = {tuple(truth[i:i + n]) for n in (2, 3) for i in range(len(truth))}
    for ws in page["w"]:
        if len(ws) >= 4:
            mine = runs(ws)
            share = sum((mine & left).values()) / sum(mine.values())
            if share > 0.5:
                left -= mine
            y.append(share)
        else:
            y.append(1.0 if tuple(ws) in lines else 0.3 if tuple(ws) in short else 0.0)
    page["y"] = np.array(y)
    n = np.array([max(1, len(ws)) for ws in page["w"]], float)
    # Each page counts the same, and its words more than its blocks.
    page["weight"] = np.minimum(n, 150) / (n[page["y"] > 0.5].sum() + 50) * 20 + 0.02
    return page


def grow(pages, trees):
    """Several ensembles that differ in what they were shown by chance; their mean is steadier than any."""
    X, y, w = np.vstack([p["X"] for p in pages]), np.concatenate([p["y"] for p in pages]), np.concatenate([p["weight"] for p in pages])
    options = dict(objective="cross_entropy", learning_rate=0.08 * 150 / trees, bagging_fraction=0.7, bagging_freq=1, min_data_in_leaf=20, lambda_l2=5, max_bin=63,
                   force_col_wise=True, num_threads=1, verbose=-1)
    rows = lgb.Dataset(X, y, weight=w, params=dict(max_bin=63, min_data_in_leaf=20, verbose=-1))
    return [lgb.train({**options, "num_leaves": leaves, "feature_fraction": part, "seed": seed}, rows, num_boost_round=trees) for seed, leaves, part in ENSEMBLES]


def predict(models, X):
    return 1 / (1 + np.exp(-np.mean([m.predict(X, raw_score=True) for m in models], axis=0)))


def out_of_fold(pages, fold, into, trees):
    for f in range(FOLDS):
        model = grow([p for p in pages if fold[site(p)] != f], trees)
        for p in pages:
            if fold[site(p)] == f:
                p[into] = predict(model, p["X"])


def limit_of(page, q, limit):
    """Mirrors `limit` in choose.rs."""
    n = page["X"][:, 0]
    if n[q >= limit].sum() >= 40:
        return limit
    order = np.argsort(-q)
    enough = np.nonzero(np.cumsum(n[order]) >= 100)[0]
    return min(limit, q[order[enough[0]]] * 0.5) if len(enough) else limit


def score(pages, key, limit):
    P, R = [], []
    for p in pages:
        bar = limit_of(p, p[key], limit)
        have = runs([w for q, ws in zip(p[key], p["w"]) if q >= bar for w in ws])
        tp, fp, fn = sum((p["T"] & have).values()), sum((have - p["T"]).values()), sum((p["T"] - have).values())
        if tp + fp:
            P.append(tp / (tp + fp))
        if tp + fn:
            R.append(tp / (tp + fn))
    P, R = np.mean(P), np.mean(R)
    return P, R, 2 * P * R / (P + R)


def packed(models):
    """See trees.rs."""
    out = []
    for model in models:
        for tree in model.dump_model()["tree_info"]:
            nodes, leaves = [], []

            def visit(node):
                if "leaf_value" in node:
                    leaves.append(node["leaf_value"] / len(models))
                    return ~(len(leaves) - 1)
                at = len(nodes)
                nodes.append(None)
                left = visit(node["left_child"])
                right = visit(node["right_child"])
                nodes[at] = struct.pack("<Bfhh", node["split_feature"], node["threshold"], left, right)
                return at

            visit(tree["tree_structure"])
            out.append(struct.pack("<H", len(nodes)) + b"".join(nodes) + b"".join(struct.pack("<f", l) for l in leaves))
    return struct.pack("<H", len(out)) + b"".join(out)


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("corpus", nargs="+", type=Path)
    ap.add_argument("--check", action="store_true", help="cross-validate, write nothing")
    ap.add_argument("--now", action="store_true", help="write the weights without cross-validating")
    ap.add_argument("--trees", type=int, default=150)
    a = ap.parse_args()
    pages = [p for folder in a.corpus for p in load(folder)]
    names = sorted({site(p) for p in pages})
    np.random.RandomState(0).shuffle(names)
    fold = {s: i % FOLDS for i, s in enumerate(names)}
    if not a.now:
        out_of_fold(pages, fold, "q", a.trees)
        for limit in (0.35, 0.4, 0.45, 0.5, 0.55):
            print(limit, *("%s P %.4f R %.4f F1 %.4f" % (c, *score([p for p in pages if p["corpus"] == c], "q", limit)) for c in sorted({p["corpus"] for p in pages})), flush=True)
    if not a.check:
        data = packed(grow(pages, a.trees))
        (ROOT / "src/ingest/extract/blocks.bin").write_bytes(data)
        print(f"blocks.bin: {len(data)} bytes, {pages[0]['X'].shape[1]} numbers a block")


if __name__ == "__main__":
    main()
