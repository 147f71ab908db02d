package lockstep.deploy.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class BadInputTest {
    @TempDir
    private Path dir;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        --batch x                        | --batch             | 'x'
        --batch 0                        | --batch             | 0
        --batch -3                       | --batch             | -3
        --batch 99999999999              | --batch             | 99999999999
        --seq-len 0                      | --seq-len           | 0
        --batch 100000 --seq-len 100000  | --batch             | 100000 x 100000
        --micro-batches 0                | --micro-batches     | 0
        --total-batch 1000               | --total-batch       | 1000
        --total-batch -2048              | --total-batch       | -2048
        --total-batch 2048 --micro-batches 2 | --total-batch   | --micro-batches
        --groups 3 --micro-batches 4     | --groups            | 3
        --groups 8 --micro-batches 4     | --groups            | 8
        --steps 0                        | --steps             | 0
        --epochs 0                       | --epochs            | 0
        --steps 3 --epochs 2             | --epochs            | --steps
        --stop-after 0                   | --stop-after        | 0
        --steps 3 --stop-after 4         | --stop-after        | 4
        --threads 0                      | --threads           | 0
        --lr 0                           | --lr                | 0
        --lr NaN                         | --lr                | NaN
        --lr -1                          | --lr                | -1
        --lr 1e60                        | --lr                | Infinity
        --warmup -1                      | --warmup            | -1
        --lr-schedule step               | --lr-schedule       | step
        --final-lr-fraction 1.5          | --final-lr-fraction | 1.5
        --weight-decay -0.1              | --weight-decay      | -0.1
        --beta1 1                        | --beta1             | 1.0
        --beta2 NaN                      | --beta2             | NaN
        --eps 0                          | --eps               | 0
        --grad-clip -1                   | --grad-clip         | -1
        --grad-clip NaN                  | --grad-clip         | NaN
        --decay some                     | --decay             | some
        --skip-loss-z -1                 | --skip-loss-z       | -1
        --skip-grad-z NaN                | --skip-grad-z       | NaN
        --val-every -1                   | --val-every         | -1
        --val-batches 0                  | --val-batches       | 0
        --sample-every -1                | --sample-every      | -1
        --sample-tokens 0                | --sample-tokens     | 0
        --checkpoint-every -1            | --checkpoint-every  | -1
        --keep -1                        | --keep              | -1
        --keep-major -1                  | --keep-major        | -1
        --keep-best=perhaps              | --keep-best         | perhaps
        --log-every 0                    | --log-every         | 0
        --seed 1.5                       | --seed              | 1.5
        --layers 0                       | --layers            | 0
        --heads 3                        | --heads             | 3
        --channels -1                    | --channels          | -1
        --model d12 --layers 3           | --model             | --layers
        --model d13                      | --model             | d13
        --model d12 --seq-len 1025       | --seq-len           | 1025
        --text a --data b                | --text              | --data
        --field body --data b            | --field             | --data
        --val-data b                     | --val-data          | --data
        --data nowhere/*.bin             | --data              | nowhere/*.bin
        --data nowhere/*.bin --val-every 2 | --val-every       | --val-data
        --text nowhere.txt               | nowhere.txt         | no such file
        --tokenizer words                | --tokenizer         | words
        --shuffle some                   | --shuffle           | some
        --seed 1 --seed 2                | --seed              | 1 and 2
        --resume nowhere                 | --resume            | nowhere
        --resume nowhere --config x      | --resume            | --config
        --config nowhere.json            | nowhere.json        | no such file
        --model d48 --batch 64 --seq-len 1024 | memory         | GiB
        --nodes 2 --join 127.0.0.1:1     | --nodes             | --join 127.0.0.1:1
        --nodes 2 --kubernetes-dns nodes | --nodes             | --kubernetes-dns nodes
        --nodes 2 --expect 3             | --nodes             | --expect 3
        --nodes 2 --port 7000            | --nodes             | --port 7000
        --nodes 2 --bind 127.0.0.2       | --nodes             | --bind 127.0.0.2
        --nodes 2 --secret-file nowhere  | --nodes             | --secret-file nowhere
        --port 7000                      | --port              | --secret-file
        --bind 127.0.0.2                 | --bind              | --secret-file
        --expect 2                       | --expect            | --secret-file
        """)
    void isOneLineThatNamesTheOptionAndTheValue(String options, String option, String value) throws IOException {
        List<String> args = new ArrayList<>(List.of("train"));
        args.addAll(List.of(options.split(" ")));
        boolean resumes = options.contains("--resume");
        if (!resumes) {
            args.addAll(List.of("--out", dir.resolve("run").toString()));
        }
        if (!options.contains("data ") && !options.contains("--text") && !resumes) {
            args.addAll(List.of("--text", TinyRun.text(dir).toString()));
        }
        TinyRun.Result result = TinyRun.run(args.toArray(String[]::new));
        assertRefused(result, option, value);
        assertFalse(Files.exists(dir.resolve("run")), "a directory was left behind");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {"btach": 4}             | btach: found 4, expected no such field
        {"batch": "4"}           | batch: found "4", expected an integer
        {"batch": 4.5}           | batch: found 4.5, expected an integer
        {"batch": 99999999999}   | batch: found 99999999999, expected an integer
        {"batch": null}          | batch: found null, expected an integer
        {"batch": -4}            | batch: found -4, expected at least 1
        {"lr": "fast"}           | lr: found "fast", expected a number
        {"lr": -0.5}             | lr must be a number > 0, found -0.5
        {"text": 5}              | text: found 5, expected a string
        {"keep-best": 1}         | keep-best: found 1, expected true or false
        {"resume": "x"}          | resume: found "x", expected no such field
        {"batch": 4, "batch": 5} | line 1: found Duplicate
        {"batch": 4              | line 1: found
        [4]                      | found an array, expected a JSON object
        """)
    void ofAConfigurationFileNamesFileFieldAndValue(String json, String message) throws IOException {
        Path file = Files.writeString(dir.resolve("c.json"), json);
        TinyRun.Result result = TinyRun.run("train", "--config", file.toString(), "--out", dir.resolve("run").toString());
        assertRefused(result, "lockstep: " + file + ": ", message);
        assertFalse(Files.exists(dir.resolve("run")));
    }

    @Test
    void anEmptyConfigurationFileIsNoObject() throws IOException {
        Path file = Files.writeString(dir.resolve("c.json"), "");
        assertRefused(TinyRun.run("train", "--config", file.toString()), file.toString(), "found nothing");
    }

    @Test
    void aDirectoryThatHoldsAnythingIsRefusedAndLeftAsItIs() throws IOException {
        Path out = Files.createDirectory(dir.resolve("full"));
        Path mine = Files.writeString(out.resolve("mine.txt"), "mine");
        assertRefused(TinyRun.train(TinyRun.text(dir), out, "--steps", "1"), "--out", "mine.txt");
        try (Stream<Path> entries = Files.list(out)) {
            assertEquals(List.of(mine), entries.toList());
        }
        assertEquals("mine", Files.readString(mine));
    }

    @Test
    void shardsThatAreShorterThanABatchAreRefused() throws IOException {
        Path text = Files.writeString(dir.resolve("short.txt"), "too short\n");
        assertRefused(TinyRun.train(text, dir.resolve("run"), "--steps", "1"), "text_train_000000.bin", "expected at least");
        assertFalse(Files.exists(dir.resolve("run")));
    }

    private static void assertRefused(TinyRun.Result result, String... parts) {
        assertEquals(2, result.exitCode(), result.out() + result.err());
        assertEquals(1, result.err().lines().filter(line -> !line.startsWith("lockstep: no validation:")).count(), result.err());
        for (String part : parts) {
            assertTrue(result.err().contains(part), part + " is missing in: " + result.err());
        }
    }
}
