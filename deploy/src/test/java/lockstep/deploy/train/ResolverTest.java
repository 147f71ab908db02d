package lockstep.deploy.train;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import picocli.CommandLine;

import lockstep.common.UserError;
import lockstep.common.model.ModelShape;
import lockstep.common.text.NamedText;
import lockstep.common.text.TextReading;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class ResolverTest {
    private static final Path SHARD = Path.of("shard.bin");

    @Test
    void withoutAnOptionASmallModelLearnsBytesOfShakespeare() {
        RunConfig config = resolve(Long.MAX_VALUE);
        assertEquals(new DataChoice.Named(NamedText.SHAKESPEARE), config.what().data());
        assertEquals("bytes", config.what().tokenizer());
        assertEquals(ModelShape.of(DefaultRun.SEQ_LEN, 256, DefaultRun.LAYERS, DefaultRun.HEADS, DefaultRun.CHANNELS),
            config.what().shape());
        assertEquals(DefaultRun.STEPS, config.length().steps());
        assertEquals(Float.parseFloat(DefaultRun.LR), config.optimizer().rate().lr());
    }

    @Test
    void namesOfTextsAreNamesAndWhatHasASlashIsAPath() {
        assertEquals(new DataChoice.Named(NamedText.JDK), resolve(1, "--text", "jdk").what().data());
        assertEquals(new DataChoice.Named(NamedText.SHAKESPEARE), resolve(1, "--text", "shakespeare").what().data());
        assertEquals(new DataChoice.Text(Path.of("jdk").toAbsolutePath(), TextReading.DEFAULTS),
            resolve(1, "--text", "./jdk").what().data());
        assertEquals("--field: found body, expected --text FILE|DIR beside it: jdk has documents of its own",
            assertThrows(UserError.class, () -> resolve(1, "--text", "jdk", "--field", "body")).getMessage());
    }

    @Test
    void aNamedModelTrainsOneEpochOfGpt2TokensAtTheRateOfItsWidth() {
        RunConfig config = resolve(10_240, "--model", "d12", "--data", "x.bin");
        assertEquals(ModelShape.named("d12", 50257), config.what().shape());
        assertEquals(10, config.length().steps());
        assertEquals(6e-4f, config.optimizer().rate().lr());
        assertEquals(3e-4f, resolve(10_240, "--model", "d24", "--data", "x.bin").optimizer().rate().lr());
    }

    @Test
    void aTotalBatchIsSoManyMicroBatches() {
        RunConfig config = resolve(1, "--batch", "4", "--seq-len", "64", "--total-batch", "3072");
        assertEquals(12, config.batch().M());
        assertEquals(8, config.batch().G());
    }

    @Test
    void epochsAreCutToWholeSteps() {
        assertEquals(7, resolve(1000, "--batch", "4", "--seq-len", "64", "--epochs", "2").length().steps());
    }

    @Test
    void zeroSwitchesLimitsOff() {
        RunConfig config = resolve(1, "--grad-clip", "0", "--skip-loss-z", "0", "--skip-grad-z", "3");
        assertEquals(Float.POSITIVE_INFINITY, config.optimizer().adamW().gradClip());
        assertEquals(Double.POSITIVE_INFINITY, config.optimizer().spikes().lossZ());
        assertEquals(3.0, config.optimizer().spikes().gradZ());
    }

    @Test
    void shardsWithoutAnyToValidateOnAreNotValidated() {
        assertEquals(0, resolve(1, "--data", "x.bin").beside().cadence().validateEvery());
        assertEquals(DefaultRun.every(DefaultRun.STEPS, DefaultRun.VALIDATIONS),
            resolve(1, "--data", "x.bin", "--val-data", "y.bin").beside().cadence().validateEvery());
    }

    @Test
    void textBesideANamedModelIsOfItsTokens() {
        assertEquals("gpt2", resolve(1_000_000, "--model", "d6", "--text", "x.txt").what().tokenizer());
        assertEquals(ModelShape.named("d6", 256),
            resolve(1_000_000, "--model", "d6", "--text", "x.txt", "--tokenizer", "bytes").what().shape());
    }

    private static RunConfig resolve(long tokensPerEpoch, String... args) {
        TrainOptions options = new TrainOptions();
        new CommandLine(options).parseArgs(args);
        return new Resolver(options).resolve(tokensPerEpoch, SHARD);
    }
}
