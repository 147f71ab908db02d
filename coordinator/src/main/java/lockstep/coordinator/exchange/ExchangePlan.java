package lockstep.coordinator.exchange;

import java.util.List;
import java.util.UUID;

import lockstep.common.model.Chunks;
import lockstep.coordinator.member.Peer;

/**
 * Who takes part and who holds what: the same on all nodes but for rank.
 *
 * @param ranks all nodes
 * @param rank this node's place among them
 * @param parameters floats of the gradient
 * @param groups leaves of the tree, a power of two
 * @param shares for each rank the subtrees that it holds partials of; together they are all groups, each once
 */
public record ExchangePlan(List<Peer> ranks, int rank, int parameters, int groups, List<List<Subtree>> shares) {
    public ExchangePlan {
        ranks = List.copyOf(ranks);
        shares = shares.stream().map(List::copyOf).toList();
        if (rank < 0 || rank >= ranks.size() || shares.size() != ranks.size() || parameters < 1 || Integer.bitCount(groups) != 1) {
            throw new IllegalArgumentException(
                "rank=" + rank + " of " + ranks.size() + ", shares=" + shares.size() + ", parameters=" + parameters + ", groups=" + groups);
        }
        boolean[] held = new boolean[groups];
        for (List<Subtree> share : shares) {
            for (Subtree subtree : share) {
                hold(held, subtree);
            }
        }
        for (int group = 0; group < groups; group++) {
            if (!held[group]) {
                throw new IllegalArgumentException("nobody holds group " + group);
            }
        }
    }

    private static void hold(boolean[] held, Subtree subtree) {
        for (int group = subtree.first(); group < subtree.end(); group++) {
            if (group >= held.length || held[group]) {
                throw new IllegalArgumentException("group " + group + " is held twice, or isn't one of " + held.length);
            }
            held[group] = true;
        }
    }

    int chunks() {
        return Chunks.count(parameters);
    }

    /** Neighbours have different owners: the exchange is balanced from the first bucket of the backward pass on. */
    int owner(int chunk) {
        return chunk % ranks.size();
    }

    int ownedBy(int someRank) {
        return (chunks() - someRank + ranks.size() - 1) / ranks.size();
    }

    int length(int chunk) {
        return Chunks.length(chunk, parameters);
    }

    /** The rank of a peer, or that of nobody, which is ranks().size(). */
    int rankOf(UUID id) {
        int found = 0;
        while (found < ranks.size() && !ranks.get(found).id().equals(id)) {
            found++;
        }
        return found;
    }
}
