package lockstep.deploy.card;

import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ModelCardTest {
    private static final String CONFIG = """
        {"layers": 2, "text": "/home/somebody/the|text.txt", "tokenizer": "bytes", "batch": 4, "seq-len": 64, "micro-batches": 8, "steps": 1500,
         "about": {"lockstep": "lockstep 0.1.0", "jdk": "25", "system": "Linux amd64", "vectorBits": 512,
          "machine": {"processor": "A <b>Processor</b>", "processors": 2, "memoryBytes": 8589934592}, "directory": "/home/somebody/runs/bard",
          "model": {"maxT": 64, "V": 256, "Vp": 256, "L": 2, "NH": 2, "C": 64, "parameters": 120576},
          "data": {"trainTokens": 1003857, "trainSha256": "aaaa", "valTokens": 111539, "valSha256": "bbbb"}}}
        """;

    private static String card(Standing standing) throws JsonProcessingException {
        JsonNode config = new ObjectMapper().readTree(CONFIG);
        return ModelCard.of(config, standing);
    }

    /** A thousand steps, three of them skipped, in 130 seconds. */
    private static Tally thousand() {
        Tally tally = new Tally();
        for (int step = 1; step <= 1000; step++) {
            tally.step(step, step <= 900 ? 5 : step <= 950 ? 1.68 : 1.70, 0.13, step % 300 == 0);
        }
        return tally;
    }

    private static Standing standing(Tally tally) {
        return new Standing("bard", tally, Optional.empty(), Optional.empty());
    }

    @Test
    void a_run_in_the_middle_says_how_far_it_is_and_what_it_takes_to_repeat_it() throws JsonProcessingException {
        Tally tally = thousand();
        tally.validated(250, 2.5);
        tally.validated(500, 1.75);
        tally.validated(600, Double.NaN);
        tally.validated(750, 1.8);
        String card = card(new Standing("bard", tally,
            Optional.of(new Standing.Weights(1000, "checkpoints/step_00001000/model.bin", "cccc")), Optional.empty()));
        for (String row : new String[] {"| steps | 1,000 of 1,500, in training |", "| tokens trained on | 2,048,000 |",
            "| training loss, nats per token | 1.6900, mean of the newest 100 steps |",
            "| validation loss, nats per token | 1.8000 after step 750; lowest 1.7500 after step 500 |",
            "| updates skipped as spikes | 3 |",
            "| time of all steps | 2.2 min |",
            "| weights | step 1,000, sha256 `cccc` (`checkpoints/step_00001000/model.bin` from byte 1024 on) |",
            "| to train on | 1,003,857 tokens, sha256 `aaaa` |", "| to validate | 111,539 tokens, sha256 `bbbb` |", "| steps | 1500 |",
            "| Java | 25 |", "| memory | 8.0 GiB |"}) {
            assertTrue(card.contains(row + "\n"), () -> row + " in\n" + card);
        }
        assertTrue(card.startsWith("---\nlibrary_name: lockstep\npipeline_tag: text-generation\ntags:\n- gpt2\n---\n\n# bard\n"), card);
        assertTrue(
            card.contains("A GPT-2 of 120,576 parameters: 2 layers, 2 heads, 64 channels, a context of 64 tokens, a vocabulary of 256"
                + " (tokenizer: bytes)."),
            card);
    }

    @Test
    void what_is_not_there_is_said_to_be_missing() throws JsonProcessingException {
        String card = card(new Standing("bard", new Tally(), Optional.empty(), Optional.of("stopped")));
        assertTrue(card.contains("| training loss, nats per token | none yet |\n"), card);
        assertTrue(card.contains("| validation loss, nats per token | not measured |\n"), card);
        assertTrue(card.contains("| weights | no checkpoint yet |\n"), card);
        assertTrue(card.contains("| steps | 0 of 1,500, stopped |\n"), card);
    }

    @Test
    void a_run_that_started_from_given_weights_says_from_which() throws JsonProcessingException {
        assertFalse(card(standing(new Tally())).contains("Started from"));
        String origin = """
            "about": {"startedFrom": {"path": "../some|where/gpt2", "file": "/home/somebody/gpt2/model.safetensors", "weightsSha256": "dddd",
              "optimizerState": "/home/somebody/state.bin", "optimizerStateSha256": "eeee"},""";
        String config = CONFIG.replace("\"about\": {", "\"optimizer-state\": \"/home/somebody/state.bin\"," + origin);
        String card = ModelCard.of(new ObjectMapper().readTree(config), standing(new Tally()));
        for (String row : new String[] {"| model | gpt2 |", "| weights | sha256 `dddd` (of `model.safetensors`, in fp32) |",
            "| optimizer state | state.bin, sha256 `eeee` |"}) {
            assertTrue(card.contains("\n" + row + "\n"), () -> row + " in\n" + card);
        }
        assertTrue(card.contains("It started from given weights"), card);
        assertFalse(card.contains("It has learned from the data below alone"), card);
        assertFalse(card.contains("somebody"), card);
    }

    @Test
    void what_two_processes_have_trained_adds_up() throws JsonProcessingException {
        Tally whole = new Tally();
        Tally first = new Tally();
        Tally second = new Tally();
        for (int step = 1; step <= 250; step++) {
            for (Tally tally : List.of(whole, step <= 210 ? first : second)) {
                tally.step(step, 0.5 * step, 0.25, step % 70 == 0);
                if (step % 90 == 0) {
                    tally.validated(step, 3 - step);
                }
            }
        }
        assertEquals(card(standing(whole)), card(standing(first.copy().add(second))));
        assertEquals(card(standing(whole)), card(standing(whole.copy().add(new Tally()))));
        assertTrue(card(standing(whole)).contains("| training loss, nats per token | 100.2500, mean of the newest 100 steps |"));
    }

    @Test
    void paths_of_a_machine_stay_there_and_names_can_break_no_table() throws JsonProcessingException {
        String card = card(standing(new Tally()));
        assertFalse(card.contains("somebody"), card);
        assertTrue(card.contains("| from | text: the\\|text.txt |\n"), card);
        assertTrue(card.contains("| processor | A \\<b\\>Processor\\</b\\>, 2 to use |\n"), card);
        for (String line : card.lines().toList()) {
            if (line.startsWith("|")) {
                assertEquals(3, line.replace("\\|", "").chars().filter(c -> c == '|').count(), line);
            }
        }
    }
}
