//! Evaluates boosted trees that were grown elsewhere (`tools/train_blocks.py`) and ship as data: sums of leaves, then the
//! logistic function. The file is checked as it is read, so that evaluation can neither fail nor loop.
//!
//! Layout, little-endian: `u16` trees; each tree `u16` inner nodes, its nodes (`u16` feature, `f32` threshold, `i16` left,
//! `i16` right), its leaves (`f32`, one more than nodes). A child ≥ 0 is a node that comes later, below 0 the leaf `!child`.

/// An ensemble of regression trees.
#[derive(Debug, Default)]
pub struct Trees {
    nodes: Vec<Node>,
    leaves: Vec<f32>,
    /// Where each tree's nodes and leaves begin.
    roots: Vec<(u32, u32, bool)>,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    feature: u16,
    threshold: f32,
    left: i16,
    right: i16,
}

impl Trees {
    /// Reads an ensemble and returns what follows it; `None` if it is not one.
    pub fn read(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (count, mut rest) = take::<2>(bytes)?;
        let mut trees = Self::default();
        for _ in 0..u16::from_le_bytes(count) {
            let (inner, after) = take::<2>(rest)?;
            rest = after;
            let inner = u16::from_le_bytes(inner);
            trees.roots.push((trees.nodes.len() as u32, trees.leaves.len() as u32, inner == 0));
            for at in 0..inner {
                let (feature, after) = take::<2>(rest)?;
                let (threshold, after) = take::<4>(after)?;
                let (left, after) = take::<2>(after)?;
                let (right, after) = take::<2>(after)?;
                rest = after;
                let node = Node {
                    feature: u16::from_le_bytes(feature),
                    threshold: f32::from_le_bytes(threshold),
                    left: i16::from_le_bytes(left),
                    right: i16::from_le_bytes(right),
                };
                // Children come later: no path is longer than the tree.
                let fits = |c: i16| if c >= 0 { c as u16 > at && (c as u16) < inner } else { (!c) as u16 <= inner };
                if !fits(node.left) || !fits(node.right) {
                    return None;
                }
                trees.nodes.push(node);
            }
            for _ in 0..=inner {
                let (leaf, after) = take::<4>(rest)?;
                rest = after;
                trees.leaves.push(f32::from_le_bytes(leaf));
            }
        }
        Some((trees, rest))
    }

    /// The sum of leaves for each row of `width` numbers; one that a row lacks counts as 0. Tree by tree, since a tree fits
    /// the innermost cache and all of them do not.
    pub fn sums(&self, rows: &[f32], width: usize) -> Vec<f32> {
        let width = width.max(1);
        let mut sums = vec![0.0_f32; rows.len() / width];
        for &(nodes, leaves, bare) in &self.roots {
            let (nodes, leaves) = (&self.nodes[nodes as usize..], &self.leaves[leaves as usize..]);
            for (row, sum) in rows.chunks_exact(width).zip(&mut sums) {
                let mut at = if bare { -1 } else { 0 };
                while at >= 0 {
                    let node = nodes[at as usize];
                    let value = row.get(usize::from(node.feature)).copied().unwrap_or_default();
                    at = if value <= node.threshold { node.left } else { node.right };
                }
                *sum += leaves[(!at) as usize];
            }
        }
        sums
    }
}

/// A sum of leaves as a probability.
pub fn logistic(sum: f32) -> f32 {
    1.0 / (1.0 + (-sum).exp())
}

fn take<const N: usize>(bytes: &[u8]) -> Option<([u8; N], &[u8])> {
    bytes.split_first_chunk::<N>().map(|(a, b)| (*a, b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stump() -> Vec<u8> {
        let mut bytes = vec![1, 0, 1, 0, 1, 0];
        bytes.extend(0.5_f32.to_le_bytes());
        bytes.extend((!0_i16).to_le_bytes());
        bytes.extend((!1_i16).to_le_bytes());
        bytes.extend((-2.0_f32).to_le_bytes());
        bytes.extend(2.0_f32.to_le_bytes());
        bytes
    }

    #[test]
    fn a_stump_splits_on_its_feature() {
        let bytes = stump();
        let (trees, rest) = Trees::read(&bytes).unwrap();
        assert!(rest.is_empty());
        let sums = trees.sums(&[9.0, 0.0, 0.0, 1.0], 2);
        assert!(logistic(sums[0]) < 0.2);
        assert!(logistic(sums[1]) > 0.8);
    }

    #[test]
    fn a_broken_file_is_refused() {
        let mut loops = stump();
        loops[10..12].copy_from_slice(&0_i16.to_le_bytes());
        assert!(Trees::read(&loops).is_none());
        assert!(Trees::read(&stump()[..12]).is_none());
    }
}
