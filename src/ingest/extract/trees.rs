//! Evaluates boosted trees that were grown elsewhere (`tools/train_blocks.py`) and ship as data: sums of leaves, then the
//! logistic function. The file is checked as it is read, so that evaluation can neither fail nor loop.
//!
//! Layout, little-endian: `u16` trees; each tree `u16` inner nodes, its nodes (`u16` feature, `f32` threshold, `i16` left,
//! `i16` right), its leaves (`f32`, one more than nodes, from left to right). A child ≥ 0 is a node that comes later, below 0 the
//! leaf `!child`.

/// Rows that are looked at together: as many as the innermost cache holds the numbers of.
const ABREAST: usize = 32;
/// Leaves of a tree, at most: each is a bit.
const LEAVES: u16 = 32;

/// An ensemble of regression trees.
#[derive(Debug, Default)]
pub struct Trees {
    nodes: Vec<Node>,
    leaves: Vec<f32>,
    /// Of each tree, how many nodes it has; it has one leaf more.
    trees: Vec<u16>,
}

/// A question. The leaves of a tree are numbered from left to right; a row that goes right comes to none on the left. So the
/// leaf that a row comes to is the first that no question takes from it, and all questions can be asked of many rows at
/// once, in any order, where going down would wait for each answer.
#[derive(Debug, Clone, Copy)]
struct Node {
    threshold: f32,
    feature: u16,
    /// The leaves that a row with a greater value may still come to.
    rest: u32,
}

impl Trees {
    /// Reads an ensemble and returns what follows it; `None` if it is not one.
    pub fn read(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (count, mut rest) = take::<2>(bytes)?;
        let mut trees = Self::default();
        for _ in 0..u16::from_le_bytes(count) {
            rest = trees.grow(rest)?;
        }
        Some((trees, rest))
    }

    /// Reads one tree.
    fn grow<'a>(&mut self, bytes: &'a [u8]) -> Option<&'a [u8]> {
        let (inner, mut rest) = take::<2>(bytes)?;
        let inner = u16::from_le_bytes(inner);
        if inner >= LEAVES {
            return None;
        }
        let from = self.nodes.len();
        let mut children = Vec::with_capacity(usize::from(inner));
        for at in 0..inner {
            let (feature, after) = take::<2>(rest)?;
            let (threshold, after) = take::<4>(after)?;
            let (left, after) = take::<2>(after)?;
            let (right, after) = take::<2>(after)?;
            rest = after;
            let (left, right) = (i16::from_le_bytes(left), i16::from_le_bytes(right));
            // Children come later: no path is longer than the tree.
            let fits = |c: i16| if c >= 0 { c as u16 > at && (c as u16) < inner } else { (!c) as u16 <= inner };
            if !fits(left) || !fits(right) {
                return None;
            }
            children.push((left, right));
            self.nodes.push(Node { threshold: f32::from_le_bytes(threshold), feature: u16::from_le_bytes(feature), rest: 0 });
        }
        // Leaves under each node, children first.
        let mut under = vec![0_u32; usize::from(inner)];
        for (at, (left, right)) in children.into_iter().enumerate().rev() {
            let leaves = |child: i16| if child >= 0 { under[child as usize] } else { 1 << !child };
            let (left, right) = (leaves(left), leaves(right));
            // Numbered from left to right.
            if u32::BITS - left.leading_zeros() > right.trailing_zeros() {
                return None;
            }
            self.nodes[from + at].rest = !left;
            under[at] = left | right;
        }
        for _ in 0..=inner {
            let (leaf, after) = take::<4>(rest)?;
            rest = after;
            self.leaves.push(f32::from_le_bytes(leaf));
        }
        self.trees.push(inner);
        Some(rest)
    }

    /// The sum of leaves for each row of `width` numbers; one that a row lacks counts as 0.
    pub fn sums(&self, rows: &[f32], width: usize) -> Vec<f32> {
        let width = width.max(1);
        let mut sums = vec![0.0_f32; rows.len() / width];
        let mut columns = vec![[0.0_f32; ABREAST]; width];
        for (rows, sums) in rows.chunks(width * ABREAST).zip(sums.chunks_mut(ABREAST)) {
            for (k, row) in rows.chunks_exact(width).enumerate() {
                columns.iter_mut().zip(row).for_each(|(column, value)| column[k] = *value);
            }
            self.add(&columns, sums);
        }
        sums
    }

    /// Adds the leaves that the rows in these columns come to.
    fn add(&self, columns: &[[f32; ABREAST]], sums: &mut [f32]) {
        let (mut nodes, mut leaves) = (&self.nodes[..], &self.leaves[..]);
        for &inner in &self.trees {
            let (mine, others) = nodes.split_at(usize::from(inner));
            let (ends, after) = leaves.split_at(usize::from(inner) + 1);
            (nodes, leaves) = (others, after);
            let mut open = [u32::MAX; ABREAST];
            for node in mine {
                let column = columns.get(usize::from(node.feature)).unwrap_or(&[0.0; ABREAST]);
                ask(node, column, &mut open);
            }
            for (sum, open) in sums.iter_mut().zip(open) {
                *sum += ends[(open.trailing_zeros() as usize).min(usize::from(inner))];
            }
        }
    }
}

/// Takes from each row with a greater value the leaves on the left. Arithmetic and no branch, a count that is known: four
/// rows a step, whatever becomes of iterators.
#[allow(clippy::needless_range_loop)]
fn ask(node: &Node, column: &[f32; ABREAST], open: &mut [u32; ABREAST]) {
    for k in 0..ABREAST {
        open[k] &= node.rest | 0_u32.wrapping_sub(u32::from(column[k] <= node.threshold));
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

    /// Two nodes: `a` up to 1 → 1; else `b` up to 1 → 2, else 4.
    fn three(leaves: [i16; 3]) -> Vec<u8> {
        let mut bytes = vec![1, 0, 2, 0];
        for (feature, left, right) in [(0_u16, leaves[0], 1), (1, leaves[1], leaves[2])] {
            bytes.extend(feature.to_le_bytes());
            bytes.extend(1.0_f32.to_le_bytes());
            bytes.extend(left.to_le_bytes());
            bytes.extend(right.to_le_bytes());
        }
        [1.0_f32, 2.0, 4.0].iter().for_each(|leaf| bytes.extend(leaf.to_le_bytes()));
        bytes
    }

    #[test]
    fn each_row_of_many_comes_to_its_own_leaf() {
        let bytes = three([!0, !1, !2]);
        let (trees, _) = Trees::read(&bytes).unwrap();
        let rows: Vec<[f32; 2]> = (0..ABREAST * 2 + 3).map(|n| [(n % 3) as f32, (n % 5) as f32]).collect();
        let down = |[a, b]: &[f32; 2]| {
            if *a <= 1.0 {
                1.0
            } else if *b <= 1.0 {
                2.0
            } else {
                4.0
            }
        };
        assert_eq!(trees.sums(rows.as_flattened(), 2), rows.iter().map(down).collect::<Vec<f32>>());
        // A number that a row lacks is 0, and what is no number is greater than any.
        assert_eq!(trees.sums(&[2.0, f32::NAN], 1), [2.0, 2.0]);
    }

    #[test]
    fn a_broken_file_is_refused() {
        assert!(Trees::read(&three([!2, !1, !0])).is_none(), "leaves from right to left");
        let mut loops = stump();
        loops[10..12].copy_from_slice(&0_i16.to_le_bytes());
        assert!(Trees::read(&loops).is_none());
        assert!(Trees::read(&stump()[..12]).is_none());
    }
}
