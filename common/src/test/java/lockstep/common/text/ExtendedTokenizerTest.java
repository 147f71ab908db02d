package lockstep.common.text;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import lockstep.common.UserError;
import lockstep.common.text.AddedToken.Rule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The ids are those of transformers 5.18 with the same tokens added to GPT-2's. */
class ExtendedTokenizerTest {
    private static final List<AddedToken> ADDED =
        List.of(token(50256, "<|endoftext|>"), token(50257, "<|im_start|>"), token(50258, "<|im_end|>"),
            token(50259, "<|pad|>"), token(50260, "HELLO", Rule.NORMALIZED), token(50261, "<ls>", Rule.LEFT_STRIP),
            token(50262, "<rs>", Rule.RIGHT_STRIP),
            token(50263, "<sw>", Rule.SINGLE_WORD), token(50264, "<|im_start|>user"), token(50265, "<été>"),
            token(31373, "hello", Rule.NORMALIZED));
    private static final Tokenizer GPT2 = Tokenizer.named("gpt2");
    private static final Tokenizer EXTENDED = new ExtendedTokenizer(GPT2, ADDED, 50304);

    private static AddedToken token(int id, String text, Rule... rules) {
        Set<Rule> set = EnumSet.noneOf(Rule.class);
        set.addAll(Arrays.asList(rules));
        return new AddedToken(id, text, set);
    }

    static Stream<Arguments> prompts() {
        return Stream.of(
            prompt("<|endoftext|>a<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n", 50256, 64, 50264, 198, 5303, 50258, 198, 50257,
                562,
                10167, 198),
            prompt("x <|pad|> y", 87, 220, 50259, 331), prompt("aHELLOb HELLO b", 64, 50260, 65, 220, 50260, 275),
            prompt("xHELLO", 87, 50260),
            prompt("a <ls> b", 64, 50261, 275), prompt("a <rs> b  c", 64, 220, 50262, 65, 220, 269), prompt("<im", 27, 320),
            prompt("<|im_start|><|im_start|>x", 50257, 50257, 87), prompt("<|im_start|>user<|endoftext|>", 50264, 50256),
            prompt("a <sw>b <sw> c <sw>", 64, 1279, 2032, 29, 65, 220, 50263, 269, 220, 50263),
            prompt("helloworld hello", 31373, 6894, 220, 31373),
            prompt("é<été>", 2634, 50265));
    }

    private static Arguments prompt(String text, int... ids) {
        return Arguments.of(text, ids);
    }

    @ParameterizedTest
    @MethodSource("prompts")
    void namesInAPromptAreTheirTokens(String text, int[] ids) {
        assertArrayEquals(ids, EXTENDED.encodePrompt(text), () -> Arrays.toString(EXTENDED.encodePrompt(text)));
    }

    @Test
    void ordinaryTextKnowsNoNames() {
        String text = "<|im_start|>user<|endoftext|>HELLO";
        assertArrayEquals(GPT2.encode(text), EXTENDED.encode(text));
    }

    @Test
    void aTokenDecodesToItsName() {
        assertEquals(50266, EXTENDED.vocabularySize());
        for (AddedToken token : ADDED) {
            assertEquals(token.text(), text(EXTENDED, token.id()));
        }
        Tokenizer gap = new ExtendedTokenizer(GPT2, List.of(token(50259, "<x>")), 50304);
        assertEquals("", text(gap, 50257));
        assertArrayEquals(new int[] {50256, 50259}, gap.encodePrompt("<|endoftext|><x>"));
    }

    private static String text(Tokenizer tokenizer, int id) {
        List<String> parts = new ArrayList<>();
        tokenizer.decode(id, (bytes, offset, count) -> parts.add(new String(bytes, offset, count, StandardCharsets.UTF_8)));
        return String.join("", parts);
    }

    @Test
    void aTokenThatTheModelLacksIsRefusedByName() {
        Tokenizer small = new ExtendedTokenizer(GPT2, ADDED, 50258);
        assertEquals(50258, small.vocabularySize());
        assertArrayEquals(new int[] {50257}, small.encodePrompt("<|im_start|>"));
        UserError error = assertThrows(UserError.class, () -> small.encodePrompt("a<|im_end|>"));
        assertTrue(error.getMessage().contains("token 50258, <|im_end|>, expected one that the model has: its vocabulary ends at 50257"),
            error.getMessage());
    }
}
