//! The tokenizer in both dialects, the tree, and the blocks made of both: they end, move on, and stay bounded.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wiredesk::ingest::markup::{Dialect, Scanner, Token};
use wiredesk::ingest::tree::{Seen, Step, Tree};
use wiredesk::ingest::{blocks, discover, plain};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    for dialect in [Dialect::Xml, Dialect::Html] {
        let mut scanner = Scanner::new(&text, dialect);
        let (mut last, mut tokens) = (0, 0);
        while let Some(token) = scanner.next() {
            if let Token::Text(t) = token {
                assert!(t.len() <= (1 << 20) + text.len() * 8);
            }
            assert!(last <= scanner.position() && scanner.position() <= text.len());
            last = scanner.position();
            tokens += 1;
            assert!(tokens <= text.len() * 2 + 2, "more tokens than text");
        }
    }
    let tree = Tree::parse(&text);
    let (mut open, mut steps) = (0_usize, 0_usize);
    tree.walk(tree.root(), &mut |step| {
        steps += 1;
        match step {
            Step::Open(id, ..) => {
                open += 1;
                assert!(matches!(tree.seen(id), Seen::Element(..)));
            }
            Step::Close(..) => open = open.checked_sub(1).expect("each end has its start"),
            Step::Text(_) => {}
        }
    });
    assert_eq!(open, 0, "after {steps} steps");
    let _ = tree.text(tree.root());
    let _ = blocks::from_tree(&tree, tree.root(), None);
    let _ = blocks::from_html(&text, None);
    let _ = discover::feeds(&text, None);
    let _ = plain::line_of(&text);
});
