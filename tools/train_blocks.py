#!/usr/bin/env python3
"""Learns what chooses an article's blocks and writes it to src/ingest/extract/blocks.bin.

    python3 -m venv venv && venv/bin/pip install numpy==2.4.6 lightgbm==4.7.0
    venv/bin/python tools/train_blocks.py [--check] CORPUS_DIR...

The second line is all there is to it: it builds the program, reads the pages through it, and from the same pages makes the
same weights (338 pages: 5 minutes of one core for the weights, 20 for cross-validating first). To be run whenever
features.rs, or anything that its numbers come from, changes; the order of the corpora counts.

A corpus is a folder with truth.jsonl ({id, url, text}) and <id>.html.gz. Nothing of a corpus is part of this repository;
where one is absent, the script says so and stops. --check only cross-validates, by site, and prints precision, recall
and F1 over runs of four words; otherwise that comes first and the weights after it.

What is learned, in this order in the file: a lexicon (lexicon.rs), trees for a first opinion on each block, and trees for
a second opinion that knows the first on all blocks (context.rs). Whatever a later step learns from an earlier one was
said by one that had not seen the page's site: scores of words leave the site out, first opinions come from other folds.
"""
import argparse, collections, gzip, json, multiprocessing, os, re, struct, subprocess, sys, tempfile
from pathlib import Path
from urllib.parse import urlparse

import lightgbm as lgb
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
# Where features.rs has them: in a figure with a picture, equals the title, level of the heading.
CAPTION, TITLE, HEADING = 14, 21, 35
# As in choose.rs.
TRUST, CONTINUITY, SURE, LONG = 0.8, 0.1, 2.0, 60.0
FOLDS = 5
INNER = 4
# Of the trees: seed, leaves of one, share of the numbers that one sees, how many, learning rate, split points by chance.
FIRST = [(1, 31, 0.5, 250, 0.048, True), (2, 31, 0.3, 250, 0.048, True)]
SECOND = [(1, 15, 0.3, 150, 0.08, False), (2, 31, 0.2, 150, 0.08, False)]


def words(text):
    return re.findall(r"\w+", text or "", re.UNICODE)


def runs(ws, n=4):
    if len(ws) < n:
        return collections.Counter([tuple(ws)]) if ws else collections.Counter()
    return collections.Counter(tuple(ws[i:i + n]) for i in range(len(ws) - n + 1))


def site(url):
    """Pages of one site never stand on both sides of a fold: the host without what is before its registered name."""
    parts = urlparse(url or "").netloc.split(".")
    if len(parts) < 3:
        return ".".join(parts)
    return ".".join(parts[-3:] if len(parts[-2]) <= 3 else parts[-2:])


# --- pages ----------------------------------------------------------------------------------------------------------

def load(folder, binary):
    """The blocks of each page with their numbers, as the program itself sees them."""
    if not (folder / "truth.jsonl").exists():
        sys.exit(f"{folder}: no truth.jsonl there: the corpus is absent")
    urls = {row["id"]: row.get("url") for row in map(json.loads, (folder / "truth.jsonl").open(encoding="utf-8"))}
    with tempfile.TemporaryDirectory() as tmp:
        tmp = Path(tmp)
        (tmp / "truth.jsonl").write_bytes((folder / "truth.jsonl").read_bytes())
        for packed in folder.glob("*.html.gz"):
            (tmp / packed.name[:-3]).write_bytes(gzip.decompress(packed.read_bytes()))
        command = [binary] if binary else ["cargo", "run", "--quiet", "--release", "--example", "block_features", "--"]
        run = subprocess.run([*command, str(tmp)], cwd=ROOT, stdout=subprocess.PIPE, check=True)
    pages = (json.loads(line) for line in run.stdout.decode().splitlines() if line)
    return [prepare(page, folder.name, urls[page["id"]]) for page in pages if page["texts"]]


def prepare(page, corpus, url):
    texts = page["texts"]
    out = {"id": page["id"], "corpus": corpus, "site": site(url), "w": [words(t) for t in texts], "said": np.array(page["probability"])}
    out["X"] = np.array(page["features"], dtype=np.float32).reshape(len(texts), -1)
    out["around"] = [[at for at, _ in frames[:6]] for frames in page["around"]]
    truth = words(page["truth"])
    out["T"] = runs(truth)
    # How much of a block is in the true text; what was found once is not found again.
    left, y = collections.Counter(out["T"]), []
    lines = {tuple(words(l)) for l in page["truth"].split("\n")} - {()}
    short = {tuple(truth[i:i + n]) for n in (2, 3) for i in range(len(truth))}
    for ws in out["w"]:
        if len(ws) >= 4:
            mine = runs(ws)
            share = sum((mine & left).values()) / sum(mine.values())
            if share > 0.5:
                left -= mine
            y.append(share)
        else:
            y.append(1.0 if tuple(ws) in lines else 0.3 if tuple(ws) in short else 0.0)
    out["y"] = np.array(y)
    n = np.array([max(1, len(ws)) for ws in out["w"]], float)
    # Each page counts the same, and its words more than its blocks.
    out["weight"] = np.minimum(n, 150) / (n[out["y"] > 0.5].sum() + 50) * 20 + 0.02
    # Words, and names of the elements around at four levels, as entries of the lexicon: all in one row, with its divisions.
    entries, ends = [], [0]
    for block in page["words"]:
        pairs = [(a * 0x9E3779B1 ^ b * 0x85EBCA6B) & 0xFFFFFFFF for a, b in zip(block, block[1:])]
        entries += sorted({*block, *pairs})
        ends.append(len(entries))
    out["words"] = np.array(entries, np.int64), np.array(ends)
    entries, ends = [], [0]
    for frames in page["around"]:
        for level in range(4):
            for _, names in frames[level:] if level == 3 else frames[level:level + 1]:
                entries += names
            ends.append(len(entries))
    out["names"] = np.array(entries, np.int64), np.array(ends)
    return out


# --- lexicon --------------------------------------------------------------------------------------------------------

class Vocabulary:
    """What words or names are worth: the share of text under each, every site counted once."""

    def __init__(self, pages, kind, prior, doubt, sites, levels):
        self.kind, self.prior, self.doubt, self.sites, self.levels = kind, prior, doubt, sites, levels
        known, times = np.unique(np.concatenate([np.unique(p[kind][0]) for p in pages]), return_counts=True)
        self.hashes = known[times >= sites]
        self.shares = {}
        by_site = collections.defaultdict(list)
        for page in pages:
            at = np.searchsorted(self.hashes, page[kind][0])
            at[at >= len(self.hashes)] = 0
            page[kind + "#"] = np.where(self.hashes[at] == page[kind][0], at, -1)
            by_site[page["site"]].append(page)
        for name, group in by_site.items():
            text, all_of = np.zeros(len(self.hashes)), np.zeros(len(self.hashes))
            for page in group:
                lengths = np.diff(page[kind][1])
                block = np.repeat(np.arange(len(lengths)) // levels, lengths)
                entry = page[kind + "#"]
                found = entry >= 0
                n = np.array([len(ws) for ws in page["w"]])
                weight = np.ones(len(n)) if kind == "words" else np.minimum(n, 50) + 1.0
                np.add.at(text, entry[found], (weight * page["y"])[block[found]])
                np.add.at(all_of, entry[found], weight[block[found]])
            seen = np.nonzero(all_of)[0]
            self.shares[name] = seen, text[seen] / all_of[seen]

    def counts(self, names):
        total, sites = np.zeros(len(self.hashes)), np.zeros(len(self.hashes))
        for name in names:
            seen, share = self.shares[name]
            total[seen] += share
            sites[seen] += 1
        return total, sites

    def scores(self, total, sites, without=None):
        """Log-odds in sixteenths, as the file keeps them; what is in too few sites has none."""
        if without is not None:
            seen, share = self.shares[without]
            total, sites = total.copy(), sites.copy()
            total[seen] -= share
            sites[seen] -= 1
        share = (total + self.doubt * self.prior) / (sites + self.doubt)
        scores = np.clip(np.rint(np.log(share / (1 - share)) * 16), -127, 127)
        scores[sites < self.sites] = np.nan
        return scores

    def look(self, page, scores):
        """Mean, least and greatest score of each division, and how many have one."""
        entry, ends = page[self.kind + "#"], page[self.kind][1]
        n = len(ends) - 1
        values = np.where(entry >= 0, scores[entry] if len(scores) else np.nan, np.nan) / 16
        division = np.repeat(np.arange(n), np.diff(ends))
        found = ~np.isnan(values)
        division, values = division[found], values[found]
        count = np.bincount(division, minlength=n)
        mean = np.where(count > 0, np.bincount(division, weights=values, minlength=n) / np.maximum(count, 1), -9)
        least, most = np.full(n, np.inf), np.full(n, -np.inf)
        np.minimum.at(least, division, values)
        np.maximum.at(most, division, values)
        return mean, np.where(count > 0, least, -9), np.where(count > 0, most, -9), count / np.maximum(np.diff(ends), 1)


class Lexicon:
    def __init__(self, pages):
        self.words = Vocabulary(pages, "words", prior=0.3, doubt=2.0, sites=3, levels=1)
        self.names = Vocabulary(pages, "names", prior=0.35, doubt=1.5, sites=3, levels=4)

    def rows(self, page, words, names):
        """Mirrors `look` in lexicon.rs."""
        mean, least, most, share = self.words.look(page, words)
        levels = [number.reshape(-1, 4) for number in self.names.look(page, names)[:3]]
        return np.column_stack([mean, least, most, share, *levels]).astype(np.float32)

    def apply(self, train, test, key):
        """Puts page[key] in place: the numbers of each block, with those of the lexicon learned from `train`. A page that
        it is learned from is looked at without its site."""
        names = sorted({p["site"] for p in train})
        counts = [v.counts(names) for v in (self.words, self.names)]
        whole = [v.scores(*c) for v, c in zip((self.words, self.names), counts)]
        for page in test:
            page[key] = np.hstack([page["X"], self.rows(page, *whole)])
        groups = collections.defaultdict(list)
        for page in train:
            groups[page["site"]].append(page)
        for name, group in groups.items():
            scores = [v.scores(*c, without=name) for v, c in zip((self.words, self.names), counts)]
            for page in group:
                page[key] = np.hstack([page["X"], self.rows(page, *scores)])
        return whole

    def packed(self, scores):
        out = b""
        for vocabulary, values in zip((self.words, self.names), scores):
            kept = np.nonzero(~np.isnan(values))[0]
            out += struct.pack("<I", len(kept))
            out += b"".join(struct.pack("<Ib", int(vocabulary.hashes[k]), int(values[k])) for k in kept)
        return out


# --- opinions -------------------------------------------------------------------------------------------------------

def grow(pages, key, ensembles):
    """Several ensembles that differ in what they were shown by chance; their mean is steadier than any."""
    X, y, w = np.vstack([p[key] for p in pages]), np.concatenate([p["y"] for p in pages]), np.concatenate([p["weight"] for p in pages])
    options = dict(objective="cross_entropy", bagging_fraction=0.7, bagging_freq=1, min_data_in_leaf=20, lambda_l2=5, max_bin=63,
                   force_col_wise=True, num_threads=1, verbose=-1)
    rows = lgb.Dataset(X, y, weight=w, params=dict(max_bin=63, min_data_in_leaf=20, verbose=-1), free_raw_data=False)
    return [lgb.train({**options, "num_leaves": leaves, "feature_fraction": part, "seed": seed, "learning_rate": rate, "extra_trees": chance},
                      rows, num_boost_round=trees) for seed, leaves, part, trees, rate, chance in ensembles]


def raw(models, X):
    return np.mean([m.predict(X, raw_score=True) for m in models], axis=0)


def logistic(s):
    return 1 / (1 + np.exp(-s))


def context(page, q):
    """Mirrors `rows` in context.rs."""
    N, n = len(q), np.maximum(page["X"][:, 0], 1).astype(float)
    weight = np.minimum(n, 100)
    W, Q, R = (np.concatenate([[0], np.cumsum(a)]) for a in (weight, weight * q, n))
    total, own, index = Q[-1], weight * q, np.arange(N)
    columns = [q]
    for d in (-4, -3, -2, -1, 1, 2, 3, 4):
        at = index + d
        columns.append(np.where((at >= 0) & (at < N), q[np.clip(at, 0, N - 1)], -1))
    for reach in (3, 8, 20):
        lo, hi = np.maximum(index - reach, 0), np.minimum(index + reach + 1, N)
        others = W[hi] - W[lo] - weight
        columns.append(np.where(others > 1e-6, (Q[hi] - Q[lo] - own) / np.maximum(others, 1e-6), -1))
    under, likely, best = (collections.defaultdict(float) for _ in range(3))
    for i, frames in enumerate(page["around"]):
        for at in frames:
            under[at] += weight[i]
            likely[at] += own[i]
            if n[i] >= 8:
                best[at] = max(best[at], q[i])
    for level in range(5):
        at = [frames[min(level, len(frames) - 1)] for frames in page["around"]]
        w, l = np.array([under[a] for a in at]), np.array([likely[a] for a in at])
        columns.append(np.where(w - weight > 1e-6, (l - own) / np.maximum(w - weight, 1e-6), -1))
        columns.append(l / max(total, 1))
        if level in (1, 2):
            columns.append(np.array([best[a] for a in at]))
    above, below = Q[:-1], total - Q[1:]
    columns += [above / max(total, 1), below / max(total, 1), np.minimum(above, 5000), np.minimum(below, 5000), np.full(N, total)]
    sure = (q > 0.5) & (n >= 12)
    for order, sign in ((range(N), 1), (range(N - 1, -1, -1), -1)):
        blocks, between, last = np.full(N, 60.0), np.full(N, 1000.0), None
        for i in order:
            if last is not None:
                blocks[i] = min(abs(i - last), 60)
                between[i] = min(R[i] - R[last + 1] if sign > 0 else R[last] - R[i + 1], 1000)
            if sure[i]:
                last = i
        columns += [blocks, between]
    better = N - np.searchsorted(np.sort(q), q, side="right")
    columns += [np.full(N, q.max()), np.full(N, (q * (1 - q) * weight).sum() / max(total, 1)), better / N]
    return np.column_stack(columns).astype(np.float32)


def learn(train, folds, lexicon):
    """All that is learned from `train`; `folds` splits it for the first opinions that the second is learned from."""
    names = sorted({p["site"] for p in train})
    np.random.RandomState(1).shuffle(names)
    fold = {s: i % folds for i, s in enumerate(names)}
    for f in range(folds):
        seen, unseen = [p for p in train if fold[p["site"]] != f], [p for p in train if fold[p["site"]] == f]
        lexicon.apply(seen, unseen, "inner")
        first = grow(seen, "inner", FIRST)
        for page in unseen:
            page["q"] = logistic(raw(first, page["inner"]))
    scores = lexicon.apply(train, [], "row")
    first = grow(train, "row", FIRST)
    for page in train:
        page["wide"] = np.hstack([context(page, page["q"]), page["row"]])
    return scores, first, grow(train, "wide", SECOND)


def tell(page, lexicon, learned):
    scores, first, second = learned
    row = np.hstack([page["X"], lexicon.rows(page, *scores)])
    a = raw(first, row)
    b = raw(second, np.hstack([context(page, logistic(a)), row]))
    return logistic(a), logistic(b), logistic(continued((a + 2 * b) / 3, page["X"][:, 0]))


def continued(sums, words):
    """Mirrors `continued` in choose.rs."""
    said, weight = np.clip(sums, -SURE, SURE), np.minimum(words + 1, LONG)
    above, below = np.r_[0, (said * weight)[:-1]], np.r_[(said * weight)[1:], 0]
    return sums + CONTINUITY * (above + below) / np.maximum(np.r_[0, weight[:-1]] + np.r_[weight[1:], 0], 1)


def _fold(f):
    pages, lexicon = SHARED
    learned = learn([p for p in pages if p["fold"] != f], INNER, lexicon)
    return [(i, tell(p, lexicon, learned)) for i, p in enumerate(pages) if p["fold"] == f]


def out_of_fold(pages, lexicon, jobs):
    """Puts page[1], page[2] and page["q"] in place: first, second and mean opinion of what has not seen the site."""
    global SHARED
    SHARED = pages, lexicon
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        for told in pool.imap_unordered(_fold, range(FOLDS)):
            for i, (first, second, mean) in told:
                pages[i].update({"first": first, "second": second, "mean": mean})


# --- figures --------------------------------------------------------------------------------------------------------

def bar(q, n):
    """Mirrors `bar` in choose.rs."""
    order = np.argsort(-q, kind="stable")
    odds = np.log(np.clip(q, 1e-6, 1 - 1e-6) / (1 - np.clip(q, 1e-6, 1 - 1e-6)))
    right, kept = np.cumsum((logistic(odds * TRUST) * n)[order]), np.cumsum(n[order])
    return q[order[np.argmax(right / np.maximum(kept, 1e-6) + right / max(right[-1], 1e-6))]]


def score(pages, key):
    P, R = [], []
    for p in pages:
        # A caption goes with its picture, and the headline is the title: neither is text to the program.
        caption = p["X"][:, CAPTION] > 0
        text = ~(caption | ((p["X"][:, TITLE] > 0) & (p["X"][:, HEADING] > 0)))
        kept = (p[key] >= bar(p[key], np.where(caption, 0, p["X"][:, 0]))) & text
        have = runs([w for k, ws in zip(kept, p["w"]) if k for w in ws])
        tp, fp, fn = sum((p["T"] & have).values()), sum((have - p["T"]).values()), sum((p["T"] - have).values())
        if tp + fp:
            P.append(tp / (tp + fp))
        if tp + fn:
            R.append(tp / (tp + fn))
    P, R = np.mean(P), np.mean(R)
    return P, R, 2 * P * R / (P + R)


def loss(pages, key):
    """Less noisy than F1: what the trees minimise, per unit of weight."""
    q, y, w = (np.concatenate([p[k] for p in pages]) for k in (key, "y", "weight"))
    q = np.clip(q, 1e-4, 1 - 1e-4)
    return -(w * (y * np.log(q) + (1 - y) * np.log(1 - q))).sum() / w.sum()


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
                nodes[at] = struct.pack("<Hfhh", node["split_feature"], node["threshold"], left, right)
                return at

            visit(tree["tree_structure"])
            out.append(struct.pack("<H", len(nodes)) + b"".join(nodes) + b"".join(struct.pack("<f", l) for l in leaves))
    return struct.pack("<H", len(out)) + b"".join(out)


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("corpus", nargs="+", type=Path)
    ap.add_argument("--check", action="store_true", help="cross-validate, write nothing")
    ap.add_argument("--now", action="store_true", help="write the weights without cross-validating")
    ap.add_argument("--binary", help="the example block_features, built already; without it cargo builds and runs it")
    ap.add_argument("--same", action="store_true", help="only say how far the program's own opinions are from those of the weights told here")
    ap.add_argument("--jobs", type=int, default=os.cpu_count())
    ap.add_argument("--keep", type=Path, help="write the cross-validated opinions there, a JSON object per page")
    a = ap.parse_args()
    pages = [p for folder in a.corpus for p in load(folder, a.binary)]
    names = sorted({p["site"] for p in pages})
    np.random.RandomState(0).shuffle(names)
    fold = {s: i % FOLDS for i, s in enumerate(names)}
    for page in pages:
        page["fold"] = fold[page["site"]]
    lexicon = Lexicon(pages)
    if not a.now and not a.same:
        out_of_fold(pages, lexicon, a.jobs)
        corpora = sorted({p["corpus"] for p in pages})
        for key in ("first", "second", "mean"):
            print(f"{key} opinion: loss {loss(pages, key):.5f}")
            parts = ["%s P %.4f R %.4f F1 %.4f" % (c, *score([p for p in pages if p["corpus"] == c], key)) for c in corpora]
            print(*parts, "all %.4f" % score(pages, key)[2], sep=" | ", flush=True)
        if a.keep:
            with a.keep.open("w") as f:
                for page in pages:
                    print(json.dumps({"corpus": page["corpus"], "id": page["id"], "probability": [round(float(q), 5) for q in page["mean"]]}), file=f)
    if not a.check:
        learned = learn(pages, FOLDS, lexicon)
        far = max(np.abs(tell(p, lexicon, learned)[2] - p["said"]).max() for p in pages)
        print(f"the program's opinions are at most {far:.4f} from these")
        if not a.same:
            data = lexicon.packed(learned[0]) + packed(learned[1]) + packed(learned[2])
            (ROOT / "src/ingest/extract/blocks.bin").write_bytes(data)
            print(f"blocks.bin: {len(data)} bytes, {pages[0]['X'].shape[1]} numbers a block")


if __name__ == "__main__":
    main()
