package lockstep.node.data;

import java.util.List;

import org.junit.jupiter.api.Test;

import lockstep.common.UserError;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class TokenCheckTest {
    private static final int V = 256;

    @Test
    void tokens_below_the_vocabulary_size_pass() {
        assertDoesNotThrow(() -> TokenCheck.requireBelow(new ArrayTokens("ok.bin", new int[] {0, 255, 17}), V));
        assertDoesNotThrow(() -> TokenCheck.requireBelow(new ArrayTokens("empty.bin", new int[0]), V));
    }

    @Test
    void the_first_bad_token_is_named_with_its_place_wherever_it_stands() {
        for (int position : new int[] {0, 65_535, 65_536, 199_999}) {
            int[] ids = new int[200_000];
            ids[position] = V;
            ids[ids.length - 1] = Math.max(ids[ids.length - 1], V + 1);
            UserError error = assertThrows(UserError.class, () -> TokenCheck.requireBelow(new ArrayTokens("bad.bin", ids), V));
            int found = position == ids.length - 1 ? V + 1 : V;
            assertEquals("bad.bin: token at position " + position + ": found " + found
                + ", expected below the vocabulary size 256. Were these shards made with another tokenizer?", error.getMessage());
        }
    }

    @Test
    void an_id_beyond_two_to_the_31_is_bad_and_not_negative() {
        UserError error = assertThrows(UserError.class, () -> TokenCheck.requireBelow(new ArrayTokens("bad.bin", new int[] {1, -1}), V));
        assertEquals(
            "bad.bin: token at position 1: found 4294967295, expected below the vocabulary size 256. Were these shards made with another tokenizer?",
            error.getMessage());
    }

    @Test
    void the_digest_is_of_tokens_and_their_shards_not_of_names() {
        String digest = digest(new ArrayTokens("a", new int[] {1, 2}), new ArrayTokens("b", new int[] {3}));
        assertEquals(digest, digest(new ArrayTokens("c", new int[] {1, 2}), new ArrayTokens("d", new int[] {3})));
        assertNotEquals(digest, digest(new ArrayTokens("a", new int[] {1}), new ArrayTokens("b", new int[] {2, 3})));
        assertNotEquals(digest, digest(new ArrayTokens("b", new int[] {3}), new ArrayTokens("a", new int[] {1, 2})));
        // printf '\x02\0\0\0\0\0\0\0\x01\0\0\0\x02\0\0\0' | sha256sum
        assertEquals("1066d714b87c7e4579867e8ea219fa264cd2b30c7b0bc897fd071f16354d4865", digest(new ArrayTokens("a", new int[] {1, 2})));
    }

    private static String digest(TokenSequence... shards) {
        return TokenDigest.sha256(List.of(shards));
    }
}
