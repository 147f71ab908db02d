package lockstep.deploy.complete;

import org.junit.jupiter.api.Test;

import lockstep.common.text.Tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

class TokenTextTest {
    private static final Tokenizer GPT2 = Tokenizer.named("gpt2");

    /** The ids are those of transformers' GPT2TokenizerFast. */
    @Test
    void theNameOfTheTokenThatEndsADocumentIsThatToken() {
        assertArrayEquals(new int[] {50256, 17250}, TokenText.prompt(GPT2, "<|endoftext|>Hi"));
        assertArrayEquals(new int[] {17250, 50256, 612, 50256}, TokenText.prompt(GPT2, "Hi<|endoftext|> there<|endoftext|>"));
        assertArrayEquals(new int[] {50256, 50256}, TokenText.prompt(GPT2, "<|endoftext|><|endoftext|>"));
        assertArrayEquals(new int[] {17250}, TokenText.prompt(GPT2, "Hi"));
        assertArrayEquals(new int[] {50256}, TokenText.prompt(GPT2, ""));
        assertArrayEquals(new int[] {'a', 0, 'b'}, TokenText.prompt(Tokenizer.named("bytes"), "a<|endoftext|>b"));
        assertEquals(6, TokenText.prompt(GPT2, "<|endoftext>").length, "not the name");
        assertEquals("Hi<|endoftext|> there", TokenText.of(GPT2, TokenText.prompt(GPT2, "Hi<|endoftext|> there")));
    }
}
