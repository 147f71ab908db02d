/**
 * From token shards to micro-batches: what micro-batch m of step s holds is a function of (seed, s, m) alone, so any node can compute any of them, and a resumed run
 * needs no loader state.
 *
 * <p>
 * A sample of width W is W + 1 tokens, targets shifted by one; samples start at multiples of W inside a shard and never cross shards. Nothing here depends on the
 * order in which the file system lists a directory. May import {@code lockstep.common}.
 */
package lockstep.node.data;
