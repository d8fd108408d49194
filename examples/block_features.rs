//! Prints the numbers that choose an article's blocks, one JSON document a page: what `tools/train_blocks.py` learns from.
//! `cargo run --release --example block_features -- DIR` reads `DIR/truth.jsonl` (`{id, url, text}`) and `DIR/<id>.html.gz`
//! unpacked beside it as `<id>.html`.

use wiredesk::ingest::{Source, extract};
use wiredesk::model::Address;

fn main() {
    for dir in std::env::args().skip(1) {
        let Ok(truth) = std::fs::read_to_string(format!("{dir}/truth.jsonl")) else {
            eprintln!("{dir}: no truth.jsonl there: the corpus is absent");
            continue;
        };
        for row in truth.lines().filter_map(|l| serde_json::from_str::<serde_json::Value>(l).ok()) {
            let id = row["id"].as_str().unwrap_or_default();
            let Ok(bytes) = std::fs::read(format!("{dir}/{id}.html")) else {
                eprintln!("{dir}/{id}.html: absent");
                continue;
            };
            let url = row["url"].as_str().and_then(|u| Address::parse(u).ok());
            let now = jiff::Timestamp::from_second(1_790_000_000).expect("a moment of this century");
            let source = Source { bytes: &bytes, url: url.as_ref(), content_type: Some("text/html"), now };
            let blocks = extract::reasons(&source);
            let doc = serde_json::json!({
                "id": id,
                "truth": row["text"],
                "texts": blocks.iter().map(|b| b.text.as_str()).collect::<Vec<_>>(),
                "words": blocks.iter().map(|b| &b.words).collect::<Vec<_>>(),
                "around": blocks.iter().map(|b| &b.around).collect::<Vec<_>>(),
                "probability": blocks.iter().map(|b| b.probability).collect::<Vec<_>>(),
                "features": blocks.iter().map(|b| &b.features).collect::<Vec<_>>(),
            });
            println!("{doc}");
        }
    }
}
